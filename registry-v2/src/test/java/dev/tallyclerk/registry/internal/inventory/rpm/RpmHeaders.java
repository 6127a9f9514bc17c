package dev.tallyclerk.registry.internal.inventory.rpm;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Builds package headers, right and wrong ones. */
final class RpmHeaders {
    private static final int INT32 = 4;
    private static final int STRING = 6;
    private static final int STRING_ARRAY = 8;

    private final List<int[]> index = new ArrayList<>();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    static RpmHeaders of(String name, String version, String release) {
        return new RpmHeaders()
                .text(RpmHeader.NAME, name)
                .text(RpmHeader.VERSION, version)
                .text(RpmHeader.RELEASE, release);
    }

    RpmHeaders text(int tag, String value) {
        return entry(tag, STRING, 1, (value + "\0").getBytes(StandardCharsets.UTF_8));
    }

    RpmHeaders texts(int tag, String... values) {
        return entry(
                tag, STRING_ARRAY, values.length, (String.join("\0", values) + "\0").getBytes(StandardCharsets.UTF_8));
    }

    RpmHeaders numbers(int tag, int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
        for (int value : values) {
            bytes.putInt(value);
        }
        return entry(tag, INT32, values.length, bytes.array());
    }

    RpmHeaders entry(int tag, int type, int count, byte[] content) {
        return raw(tag, type, data.size(), count, content);
    }

    RpmHeaders raw(int tag, int type, int offset, int count, byte[] content) {
        index.add(new int[] {tag, type, offset, count});
        data.writeBytes(content);
        return this;
    }

    byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(8 + 16 * index.size() + data.size());
        bytes.putInt(index.size()).putInt(data.size());
        index.forEach(entry -> {
            for (int each : entry) {
                bytes.putInt(each);
            }
        });
        return bytes.put(data.toByteArray()).array();
    }
}
