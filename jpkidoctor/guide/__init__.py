"""The telephone guide: which question to ask next, and what the answers leave over.

Pure: no Textual and no input or output beyond reading its tables. ``tables.load_guide`` reads them,
``engine.start`` begins a call.
"""
