"""Shows: reports as JSON, HTML, Markdown and text."""
