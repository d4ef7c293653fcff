"""Images that people bring: read in whatever form they have, understood, shown, and only then kept.

`reading.read` turns a file, a folder or an upload into arrays (`found.Found`), `understand.understand`
these into images, labels and what there is to say about them, and `store.keep` keeps the result.
"""
