"""The signature formats: what goes in is a file's content and a key that signs digests, what comes out is bytes.

One module a format; ``making.make_signature`` chooses. Nothing here writes a file or knows a PIN.
"""
