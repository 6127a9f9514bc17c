package dev.tallyclerk.command;

/** Formats of lists: for people, as one document, or with one entry on each line. */
enum ListFormat {
    TEXT,
    JSON,
    JSONL
}
