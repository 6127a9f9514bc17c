package dev.tallyclerk.registry.internal.gzip;

import dev.tallyclerk.registry.internal.gzip.GzipException.Reason;
import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The Java runtime's inflater. */
final class RuntimeInflation implements Inflation {
    private final ByteInput in;
    private final Inflater inflater = new Inflater(true);
    private boolean over;

    RuntimeInflation(ByteInput in) {
        this.in = in;
    }

    @Override
    public void start() {
        inflater.reset();
        over = false;
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public int decode(byte[] out, int begin, int position, int end) throws IOException {
        int at = position;
        try {
            while (at < end && !over) {
                if (!in.hasByte()) {
                    throw ByteInput.truncated();
                }
                inflater.setInput(in.buffer, in.position, in.limit - in.position);
                at += inflater.inflate(out, at, end - at);
                in.position = in.limit - inflater.getRemaining();
                over = inflater.finished();
                if (inflater.needsDictionary()) {
                    throw new GzipException(Reason.CORRUPT, "gzip member wants a dictionary");
                }
            }
        } catch (DataFormatException e) {
            throw new GzipException(Reason.CORRUPT, "gzip member is broken: " + e.getMessage());
        }
        return at;
    }

    @Override
    public void close() {
        inflater.end();
    }
}
