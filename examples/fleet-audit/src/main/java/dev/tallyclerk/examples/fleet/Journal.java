package dev.tallyclerk.examples.fleet;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;

/**
 * A file of records that is only added to. A record counts once all of it is there: what a killed process has left of
 * its last one is cut off when the file is opened again. Safe for use by several threads.
 */
final class Journal implements Closeable {
    private static final int HEAD = Integer.BYTES + Long.BYTES;

    private final FileChannel file;
    private long end;

    /** Receives the records. */
    @FunctionalInterface
    interface Reader {
        void accept(long position, byte[] record) throws IOException;
    }

    private Journal(FileChannel file) {
        this.file = file;
    }

    /** {@return the journal, whose records so far the reader has received} */
    static Journal open(Path path, Reader reader) throws IOException {
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Journal journal = new Journal(file);
        try {
            journal.replay(reader);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
        return journal;
    }

    private void replay(Reader reader) throws IOException {
        long size = file.size();
        file.position(0);
        DataInputStream in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(file)));
        while (size - end >= HEAD) {
            int length = in.readInt();
            long sum = in.readLong();
            if (length < 0 || length > size - end - HEAD) {
                break;
            }
            byte[] record = in.readNBytes(length);
            if (record.length < length || sum(record) != sum) {
                break;
            }
            reader.accept(end, record);
            end += HEAD + length;
        }
        file.truncate(end);
    }

    private static long sum(byte[] record) {
        CRC32 sum = new CRC32();
        sum.update(record);
        return sum.getValue();
    }

    /** {@return the position of the record, which was added} */
    synchronized long add(byte[] record) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HEAD + record.length)
                .putInt(record.length)
                .putLong(sum(record))
                .put(record)
                .flip();
        long position = end;
        while (bytes.hasRemaining()) {
            file.write(bytes, position + bytes.position());
        }
        end = position + bytes.limit();
        return position;
    }

    /** Forgets all records. */
    synchronized void clear() throws IOException {
        file.truncate(0);
        end = 0;
    }

    /** {@return the record at a position} */
    byte[] read(long position) throws IOException {
        ByteBuffer head = fill(ByteBuffer.allocate(HEAD), position);
        byte[] record =
                fill(ByteBuffer.allocate(head.getInt()), position + HEAD).array();
        if (sum(record) != head.getLong()) {
            throw new IOException("the record at " + position + " is damaged");
        }
        return record;
    }

    private ByteBuffer fill(ByteBuffer buffer, long position) throws IOException {
        while (buffer.hasRemaining()) {
            if (file.read(buffer, position + buffer.position()) < 0) {
                throw new EOFException("the journal ends within a record");
            }
        }
        return buffer.flip();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
