"""What the packaged program starts with."""

from jpkidoctor.__main__ import main

main()
