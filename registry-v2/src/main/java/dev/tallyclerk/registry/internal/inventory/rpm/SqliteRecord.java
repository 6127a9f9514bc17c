package dev.tallyclerk.registry.internal.inventory.rpm;

import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A row of an SQLite table.
 *
 * @see <a href="https://www.sqlite.org/fileformat2.html#record_format">Database File Format, section 2.1</a>
 */
final class SqliteRecord {
    private static final int MAX_COLUMNS = 64;
    private static final int FIRST_BLOB = 12;
    private static final int[] NUMBER_BYTES = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0};

    private final byte[] bytes;
    private final List<Column> columns;

    private record Column(long type, int start, int length) {}

    private SqliteRecord(byte[] bytes, List<Column> columns) {
        this.bytes = bytes;
        this.columns = columns;
    }

    static SqliteRecord parse(byte[] bytes) throws UnreadableException {
        Varint header = Varint.at(bytes, 0, bytes.length);
        if (header.value() < 1 || header.value() > bytes.length) {
            throw UnreadableException.malformed(
                    "a row of " + bytes.length + " bytes has a header of " + header.value());
        }
        int end = (int) header.value();
        List<Column> columns = new ArrayList<>();
        long start = end;
        int at = header.end();
        while (at < end) {
            Varint type = Varint.at(bytes, at, end);
            at = type.end();
            long length = length(type.value());
            if (length < 0 || start + length > bytes.length || columns.size() == MAX_COLUMNS) {
                throw UnreadableException.malformed("column " + columns.size() + " of a row does not fit the row");
            }
            columns.add(new Column(type.value(), (int) start, (int) length));
            start += length;
        }
        return new SqliteRecord(bytes, columns);
    }

    private static long length(long type) {
        if (type >= FIRST_BLOB) {
            return (type - FIRST_BLOB) / 2;
        }
        return type < 0 || type >= NUMBER_BYTES.length ? -1 : NUMBER_BYTES[(int) type];
    }

    private Column column(int index) throws UnreadableException {
        if (index >= columns.size()) {
            throw UnreadableException.malformed("a row has only " + columns.size() + " columns");
        }
        return columns.get(index);
    }

    String text(int index) throws UnreadableException {
        Column column = column(index);
        boolean isText = column.type > FIRST_BLOB && column.type % 2 == 1;
        return isText ? new String(bytes, column.start, column.length, StandardCharsets.UTF_8) : "";
    }

    long number(int index) throws UnreadableException {
        Column column = column(index);
        if (column.type < 1 || column.type > 6) {
            return column.type == 9 ? 1 : 0;
        }
        long value = bytes[column.start];
        for (int i = 1; i < column.length; i++) {
            value = value << 8 | (bytes[column.start + i] & 0xff);
        }
        return value;
    }

    byte[] blob(int index) throws UnreadableException {
        Column column = column(index);
        if (column.type < FIRST_BLOB || column.type % 2 == 1) {
            throw UnreadableException.malformed("column " + index + " of a row is no blob");
        }
        return Arrays.copyOfRange(bytes, column.start, column.start + column.length);
    }
}
