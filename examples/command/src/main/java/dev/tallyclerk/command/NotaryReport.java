package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.notary.NotaryCollection;
import dev.tallyclerk.trust.notary.metadata.NotaryNotice;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes what the reports about Notary collections have in common. */
final class NotaryReport {
    private NotaryReport() {}

    /** Formats of the reports. */
    enum Format {
        TEXT,
        JSON
    }

    /**
     * Writes the members about the collection as a whole.
     *
     * @param confirmed whether a server has confirmed it
     */
    static void members(NotaryCollection collection, boolean confirmed, JsonOutput json) throws IOException {
        json.member("gun", collection.gun()).member("fresh", confirmed);
        json.member("expires", collection.expires().toString());
        texts("rootKeyIds", collection.rootKeyIds(), json);
        json.name("notices").beginArray();
        for (NotaryNotice notice : collection.notices()) {
            json.beginObject().member("kind", notice.kind().name()).member("role", notice.role());
            json.member("detail", notice.detail()).endObject();
        }
        json.endArray();
    }

    static void texts(String name, List<String> texts, JsonOutput json) throws IOException {
        json.name(name).beginArray();
        for (String text : texts) {
            json.value(text);
        }
        json.endArray();
    }

    static void digests(List<Digest> digests, JsonOutput json) throws IOException {
        texts("digests", digests.stream().map(Digest::toString).toList(), json);
    }

    /** Prints a line about the collection as a whole. */
    static void line(NotaryCollection collection, boolean confirmed, PrintStream out) {
        out.println(Quoted.printable(collection.gun()) + ", "
                + (confirmed ? "confirmed by the server, " : "not known to be current, ") + "expires "
                + collection.expires());
    }

    /** {@return the cells of a target: its name, digest, size and role} */
    static List<String> cells(TargetInfo target) {
        String digest = target.digests().isEmpty()
                ? "none that is known"
                : target.digests().get(0).toString();
        return List.of(
                Quoted.printable(target.path()),
                digest,
                Long.toString(target.length()),
                Quoted.printable(target.role()));
    }

    /** Prints rows in columns, as wide as their cells. */
    static void table(List<List<String>> rows, PrintStream out) {
        int columns = rows.get(0).size();
        List<Integer> widths = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            int column = i;
            widths.add(rows.stream()
                    .mapToInt(row -> row.get(column).length())
                    .max()
                    .orElse(0));
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns - 1; i++) {
                line.append(String.format(Locale.ROOT, "%-" + Math.max(1, widths.get(i)) + "s    ", row.get(i)));
            }
            out.println(line.append(row.get(columns - 1)).toString().stripTrailing());
        }
    }
}
