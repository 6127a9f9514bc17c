package dev.tallyclerk.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes advisories as Trivy keeps them: a file of nested buckets in the format of bbolt, each bucket one leaf page
 * with as many overflow pages as it needs.
 */
@SuppressWarnings("ByteBufferBackingArray") // every buffer is allocated here
final class TrivyStore {
    private static final int PAGE = 4096;
    private static final int MAGIC = 0xED0CDAED;
    private static final int HEADER = 16;
    private static final int ELEMENT = 16;
    private static final short LEAF = 0x02;
    private static final short META = 0x04;
    private static final short FREE_LIST = 0x10;
    private static final int FIRST_FREE = 3;

    private final SortedMap<String, Object> root = new TreeMap<>();

    /** Adds an advisory in JSON. */
    TrivyStore advisory(String bucket, String name, String id, String json) {
        within(within(root, bucket), name).put(id, json);
        within(root, "data-source").put(bucket, "{\"ID\":\"test\",\"Name\":\"test\",\"URL\":\"https://example.test\"}");
        within(root, "vulnerability").put(id, "{\"Title\":\"test\",\"Severity\":\"HIGH\"}");
        return this;
    }

    @SuppressWarnings("unchecked") // only this class puts values
    private static SortedMap<String, Object> within(SortedMap<String, Object> bucket, String name) {
        return (SortedMap<String, Object>) bucket.computeIfAbsent(name, none -> new TreeMap<String, Object>());
    }

    /** Writes the store, and what says that it is fresh, into a cache folder. */
    void write(Path cache) throws IOException {
        Path folder = Files.createDirectories(cache.resolve("db"));
        ByteArrayOutputStream pages = new ByteArrayOutputStream();
        long rootPage = bucket(root, pages);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        long end = FIRST_FREE + (long) pages.size() / PAGE;
        for (int transaction = 0; transaction < 2; transaction++) {
            ByteBuffer meta = page(PAGE, transaction, META, 0);
            meta.putInt(MAGIC).putInt(2).putInt(PAGE).putInt(0);
            meta.putLong(rootPage).putLong(0).putLong(2).putLong(end).putLong(transaction + 1);
            meta.putLong(fnv(meta.array(), HEADER, meta.position()));
            file.write(meta.array());
        }
        file.write(page(PAGE, 2, FREE_LIST, 0).array());
        pages.writeTo(file);
        Files.write(folder.resolve("trivy.db"), file.toByteArray());
        Files.writeString(
                folder.resolve("metadata.json"),
                "{\"Version\":2,\"NextUpdate\":\"2126-01-01T00:00:00Z\",\"UpdatedAt\":\"2026-01-01T00:00:00Z\","
                        + "\"DownloadedAt\":\"2026-01-01T00:00:00Z\"}");
    }

    /** Writes a bucket after those that are in it, and returns the number of its page. */
    @SuppressWarnings("unchecked") // only this class puts values
    private static long bucket(SortedMap<String, Object> entries, ByteArrayOutputStream pages) throws IOException {
        SortedMap<String, byte[]> values = new TreeMap<>();
        for (Map.Entry<String, Object> each : entries.entrySet()) {
            if (each.getValue() instanceof SortedMap) {
                long page = bucket((SortedMap<String, Object>) each.getValue(), pages);
                values.put(each.getKey(), buffer(16).putLong(page).putLong(0).array());
            } else {
                values.put(each.getKey(), utf8((String) each.getValue()));
            }
        }
        int length = HEADER + values.size() * ELEMENT;
        for (Map.Entry<String, byte[]> each : values.entrySet()) {
            length += utf8(each.getKey()).length + each.getValue().length;
        }
        int count = (length + PAGE - 1) / PAGE;
        long number = FIRST_FREE + (long) pages.size() / PAGE;
        ByteBuffer page = page(count * PAGE, number, LEAF, values.size()).putInt(12, count - 1);
        int at = HEADER + values.size() * ELEMENT;
        for (Map.Entry<String, byte[]> each : values.entrySet()) {
            byte[] key = utf8(each.getKey());
            boolean isBucket = entries.get(each.getKey()) instanceof SortedMap;
            int element = page.position();
            page.putInt(isBucket ? 1 : 0)
                    .putInt(at - element)
                    .putInt(key.length)
                    .putInt(each.getValue().length);
            page.put(at, key).put(at + key.length, each.getValue());
            at += key.length + each.getValue().length;
        }
        pages.write(page.array());
        return number;
    }

    private static ByteBuffer page(int size, long number, short kind, int count) {
        return buffer(size)
                .putLong(number)
                .putShort(kind)
                .putShort((short) count)
                .putInt(0);
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long fnv(byte[] bytes, int from, int to) {
        long hash = 0xcbf29ce484222325L;
        for (int i = from; i < to; i++) {
            hash = (hash ^ (bytes[i] & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
