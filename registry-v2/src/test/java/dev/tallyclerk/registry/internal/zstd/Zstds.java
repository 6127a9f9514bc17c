package dev.tallyclerk.registry.internal.zstd;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;

/** What the tests compress with, and compare with: the reference implementation. */
final class Zstds {
    static final int MAX_WINDOW = 128 << 20;

    /** How the reference implementation is to compress. */
    record Settings(int level, int windowLog, boolean checksum, int flushEvery, boolean frameAFlush) {
        static Settings level(int level) {
            return new Settings(level, 0, true, Integer.MAX_VALUE, false);
        }
    }

    /** What {@link ZstdStream} documents as refused although the reference implementation may take it. */
    private static final Pattern STRICTER = Pattern.compile("stream of literals ends .*|bitstream has no end marker"
            + "|huffman weight.*|match reaches .* and the window has .*|compressed block of [01] bytes.*"
            + "|frame has [0-9]+ bytes of content, and promises .*|frame needs a window of .*");

    private Zstds() {}

    /** {@return whether the refusal is one that the reference implementation need not share} */
    static boolean isStricter(ZstdException refusal) {
        return STRICTER.matcher(String.valueOf(refusal.getMessage())).matches();
    }

    static byte[] decode(byte[] stream) throws IOException {
        return decode(new ByteArrayInputStream(stream), MAX_WINDOW);
    }

    static byte[] decode(InputStream stream, int maxWindow) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ZstdStream in = ZstdStream.of(stream, maxWindow);
        while (in.next()) {
            out.write(in.array(), in.offset(), in.length());
        }
        return out.toByteArray();
    }

    static byte[] compress(byte[] content, Settings settings) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZstdOutputStreamNoFinalizer zstd = new ZstdOutputStreamNoFinalizer(out, settings.level())) {
            zstd.setChecksum(settings.checksum());
            if (settings.windowLog() > 0) {
                zstd.setWindowLog(settings.windowLog());
            }
            zstd.setCloseFrameOnFlush(settings.frameAFlush());
            int n;
            for (int at = 0; at < content.length; at += n) {
                n = Math.min(settings.flushEvery(), content.length - at);
                zstd.write(content, at, n);
                zstd.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static byte[] compress(byte[] content, int level) {
        return compress(content, Settings.level(level));
    }

    /** {@return what the reference implementation makes of the stream, or nothing if it refuses it} */
    static Optional<byte[]> reference(byte[] stream) {
        try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
            return reference(stream, context);
        }
    }

    /** The same with a context that is used again, which costs much less. */
    static Optional<byte[]> reference(byte[] stream, ZstdDecompressCtx context) {
        return reference(stream, context, Integer.MAX_VALUE);
    }

    /** The same, given up once there is as much content as that, which is then all that is returned. */
    static Optional<byte[]> reference(byte[] stream, ZstdDecompressCtx context, int maxContent) {
        context.reset();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.wrap(stream);
        // Small pieces, so that it does not take the way around its own window.
        ByteBuffer piece = ByteBuffer.allocate(4096);
        boolean atEndOfFrame = false;
        try {
            while ((in.hasRemaining() || !atEndOfFrame) && out.size() < maxContent) {
                int before = in.remaining();
                atEndOfFrame = context.decompressByteBufferStream(piece.clear(), in);
                out.write(piece.array(), 0, piece.position());
                if (!atEndOfFrame && in.remaining() == before && piece.position() == 0) {
                    return Optional.empty();
                }
            }
            return Optional.of(out.toByteArray());
        } catch (com.github.luben.zstd.ZstdException e) {
            return Optional.empty();
        }
    }

    /** Content that has what compressors look for: runs, repeats near and far, text, and noise. */
    static byte[] mixedContent(Random random, int length) {
        byte[] content = new byte[length];
        int at = 0;
        while (at < length) {
            int n = Math.min(length - at, 1 + (int) Math.pow(2, random.nextDouble() * 10));
            switch (random.nextInt(6)) {
                case 0 -> {
                    byte value = (byte) random.nextInt();
                    for (int i = 0; i < n; i++) {
                        content[at + i] = value;
                    }
                }
                case 1 -> {
                    for (int i = 0; i < n; i++) {
                        content[at + i] = (byte) random.nextInt();
                    }
                }
                case 2, 3 -> {
                    int symbols = 1 + random.nextInt(40);
                    for (int i = 0; i < n; i++) {
                        content[at + i] = (byte) ('0' + Math.abs(random.nextGaussian()) * symbols);
                    }
                }
                default -> {
                    if (at > 0) {
                        int offset = 1 + (int) (Math.pow(at, random.nextDouble()) - 1);
                        for (int i = 0; i < n; i++) {
                            content[at + i] = content[at + i - offset];
                        }
                    }
                }
            }
            at += n;
        }
        return content;
    }
}
