package dev.tallyclerk.registry.proxy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.util.Objects;
import java.util.function.Function;

/** The body of an answer, in one of three forms. Its length is always known. */
public sealed interface ProxyBody permits ProxyBody.Bytes, ProxyBody.FileRegion, ProxyBody.Stream {
    /** {@return the number of bytes} */
    long length();

    /** {@return the result of the function for this form} */
    <R> R fold(
            Function<? super Bytes, ? extends R> bytes,
            Function<? super FileRegion, ? extends R> file,
            Function<? super Stream, ? extends R> stream);

    /** Bytes in memory. */
    final class Bytes implements ProxyBody {
        private final byte[] content;

        Bytes(byte[] content) {
            this.content = content;
        }

        @Override
        public long length() {
            return content.length;
        }

        /** {@return the bytes; a new stream each time} */
        public InputStream open() {
            return new ByteArrayInputStream(content);
        }

        @Override
        public <R> R fold(
                Function<? super Bytes, ? extends R> bytes,
                Function<? super FileRegion, ? extends R> file,
                Function<? super Stream, ? extends R> stream) {
            return bytes.apply(this);
        }
    }

    /**
     * A part of a file, which a server can send without a copy.
     *
     * @param file the file, open until the answer is closed
     * @param offset the first byte
     * @param length the number of bytes
     */
    record FileRegion(FileChannel file, long offset, long length) implements ProxyBody {
        public FileRegion {
            Objects.requireNonNull(file, "file");
        }

        @Override
        public <R> R fold(
                Function<? super Bytes, ? extends R> bytes,
                Function<? super FileRegion, ? extends R> region,
                Function<? super Stream, ? extends R> stream) {
            return region.apply(this);
        }
    }

    /**
     * Bytes that arrive while they are sent.
     *
     * @param content the bytes, closed with the answer. If a read fails, the server must end the connection, or reset
     *     the stream, before it has sent {@code length} bytes
     * @param length the number of bytes
     */
    record Stream(InputStream content, long length) implements ProxyBody {
        public Stream {
            Objects.requireNonNull(content, "content");
        }

        @Override
        public <R> R fold(
                Function<? super Bytes, ? extends R> bytes,
                Function<? super FileRegion, ? extends R> file,
                Function<? super Stream, ? extends R> stream) {
            return stream.apply(this);
        }
    }
}
