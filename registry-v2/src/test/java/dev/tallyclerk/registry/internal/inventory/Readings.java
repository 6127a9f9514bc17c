package dev.tallyclerk.registry.internal.inventory;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

/** Reads files as an inventory does. */
public final class Readings {
    public static final ReadLimits LIMITS = new ReadLimits(1 << 20, 1 << 16, 1 << 20, 1000, 4);

    private Readings() {}

    public static FileFindings findings() {
        return new FileFindings(LIMITS, MemoryBudget.ofBytes(8 << 20));
    }

    public static FileFindings read(ContentReader reader, String content) {
        return read(reader, content.getBytes(StandardCharsets.UTF_8));
    }

    public static FileFindings read(ContentReader reader, byte[] content) {
        FileFindings findings = findings();
        try {
            reader.read(new ByteArrayInputStream(content), findings);
        } catch (UnreadableException e) {
            findings.doubt(e.doubt());
        } catch (IOException e) {
            throw new AssertionError("bytes in memory can be read", e);
        }
        return findings;
    }

    /** {@return what a sink finds in content that comes in chunks of that length} */
    public static FileFindings read(Function<FileFindings, ContentSink> reader, byte[] content, int chunk) {
        FileFindings findings = findings();
        ContentSink sink = reader.apply(findings);
        try {
            for (int at = 0; at < content.length; at += chunk) {
                sink.update(content, at, Math.min(chunk, content.length - at));
            }
            sink.finish();
        } catch (UnreadableException e) {
            findings.doubt(e.doubt());
        } finally {
            sink.close();
        }
        return findings;
    }

    /** {@return the bytes, kept for random access} */
    public static KeptBytes kept(byte[] bytes) {
        KeptBytes kept = new KeptBytes(Integer.MAX_VALUE, MemoryBudget.ofBytes(64 << 20));
        try {
            kept.add(bytes, 0, bytes.length);
            kept.close();
        } catch (UnreadableException e) {
            throw new AssertionError(e);
        }
        return kept;
    }

    /** {@return type, name and version of each package, in the file's order} */
    public static List<String> packages(FileFindings findings) {
        return findings.packages().stream()
                .map(each -> each.type() + " " + each.name() + " " + each.version())
                .toList();
    }

    public static List<Doubt.Reason> doubts(FileFindings findings) {
        return findings.doubts().stream().map(Doubt::reason).toList();
    }
}
