"""The groups of the `course` command: each module reads its options, calls one of the course's tools, and prints."""
