package dev.tallyclerk.registry.internal.inventory;

import dev.tallyclerk.registry.analysis.ContentConsumer;

/** Hands the content of one file to its reader. What the reader finds wrong becomes a doubt about the file. */
public final class FileScan implements ContentConsumer {
    private final FileFindings findings;
    private final ContentSink sink;

    /** Creates the scan of one file. */
    public FileScan(FileFindings findings, ContentSink sink) {
        this.findings = findings;
        this.sink = sink;
    }

    @Override
    public boolean update(byte[] buffer, int offset, int length) {
        try {
            sink.update(buffer, offset, length);
            return true;
        } catch (UnreadableException e) {
            findings.doubt(e.doubt());
            sink.close();
            return false;
        }
    }

    @Override
    public void finish() {
        try {
            sink.finish();
        } catch (UnreadableException e) {
            findings.doubt(e.doubt());
        } finally {
            sink.close();
        }
    }
}
