"""``python -m jpkidoctor``."""

from jpkidoctor.cli import main

main()
