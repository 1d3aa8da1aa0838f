"""jpkidoctor: finds out why a My Number card does not work on this computer, and says how to mend it."""

__version__ = "0.1.0"
