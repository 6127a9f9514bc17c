package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.registry.sbom.SbomException.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Reads the largest and the worst documents within the default limits, as a program with a small heap. */
final class WorstSboms {
    private static final String START = "{\"bomFormat\":\"CycloneDX\",\"components\":[";
    private static final int MAX = SbomLimits.defaults().maxDocumentBytes();

    private WorstSboms() {}

    public static void main(String[] args) throws IOException {
        expect(
                "many packages",
                null,
                repeated(START, "{\"type\":\"library\",\"name\":\"abc\",\"purl\":\"pkg:npm/abc@$\"},", 20_000));
        expect("too many packages", Reason.LIMIT_EXCEEDED, full(START, "{\"purl\":\"pkg:npm/a@1\"},", "]}"));
        expect(
                "many qualifiers",
                Reason.LIMIT_EXCEEDED,
                full(START, "{\"purl\":\"pkg:npm/a@1?" + qualifiers() + "\"},", "]}"));
        expect("one large component", Reason.LIMIT_EXCEEDED, full(START + "{\"properties\":[", "{},", "]}]}"));
        expect("many members", Reason.LIMIT_EXCEEDED, full("{", "\"$\":0,", "}"));
        expect("deep", Reason.LIMIT_EXCEEDED, full(START, "{\"components\":[", ""));
        expect(
                "unidentified",
                Reason.LIMIT_EXCEEDED,
                full("{\"spdxVersion\":\"SPDX-2.3\",\"packages\":[", "{\"SPDXID\":\"$\",\"name\":\"a\"},", "]}"));
        expect(
                "circular dependencies",
                null,
                full(
                        "{\"bomFormat\":\"CycloneDX\",\"dependencies\":[",
                        "{\"ref\":\"a\",\"dependsOn\":[\"a\"]},",
                        "]}"));
        expect(
                "circular relationships",
                Reason.LIMIT_EXCEEDED,
                full(
                        "{\"spdxVersion\":\"SPDX-2.3\",\"relationships\":[",
                        "{\"spdxElementId\":\"$\",\"relationshipType\":\"DESCENDANT_OF\",\"relatedSpdxElement\":\"$\"},",
                        "]}"));
        expect(
                "one reference",
                Reason.LIMIT_EXCEEDED,
                full(START, "{\"bom-ref\":\"a\",\"purl\":\"pkg:npm/a@1\"},", "]}"));
        expect(
                "one package URL",
                null,
                full("{\"bomFormat\":\"CycloneDX\",\"components\":[{\"purl\":\"pkg:npm/", "a/", "@1\"}]}"));
        expect("skipped", null, full("{\"bomFormat\":\"CycloneDX\",\"files\":[", "[],", "0]}"));
        expect("one string", null, full("{\"bomFormat\":\"CycloneDX\",\"name\":\"", "a", "\"}"));
        expect("envelope", Reason.OTHER_DOCUMENT, envelope());
        Path file = Files.createTempFile("sbom", ".json");
        try {
            try (OutputStream out = Files.newOutputStream(file)) {
                out.write(full("{\"bomFormat\":\"CycloneDX\",\"files\":[", "[],", "0]}"));
            }
            SbomReader.create().open(file);
        } finally {
            Files.delete(file);
        }
        System.out.println("done");
    }

    private static String qualifiers() {
        StringBuilder out = new StringBuilder("a=b");
        for (int i = 0; i < 500; i++) {
            out.append("&a").append(i).append("=b");
        }
        return out.toString();
    }

    private static byte[] repeated(String start, String element, int times) {
        StringBuilder out = new StringBuilder(start);
        for (int i = 0; i < times; i++) {
            out.append(element.replace("$", Integer.toString(i)));
        }
        out.setLength(out.length() - 1);
        return out.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    /** {@return a document of the largest size that consists of elements; a dollar sign becomes a number} */
    private static byte[] full(String start, String element, String end) {
        byte[] document = new byte[MAX];
        int at = put(start, document, 0);
        for (int i = 0; at + element.length() + 20 + end.length() < MAX; i++) {
            at = put(element.replace("$", Integer.toString(i)), document, at);
        }
        if (element.endsWith(",") && !end.startsWith("0")) {
            at--;
        }
        at = put(end, document, at);
        Arrays.fill(document, at, MAX, (byte) ' ');
        return document;
    }

    private static int put(String text, byte[] document, int at) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, document, at, bytes.length);
        return at + bytes.length;
    }

    private static byte[] envelope() {
        byte[] document = new byte[MAX];
        int at = put("{\"payload\":\"", document, 0);
        String piece = Base64.getEncoder().encodeToString("{\"a\":[]}    ".getBytes(StandardCharsets.US_ASCII));
        at = put(piece, document, at);
        while (at < MAX - 8) {
            at = put("ICAg", document, at);
        }
        at = put("\"}", document, at);
        Arrays.fill(document, at, MAX, (byte) ' ');
        return document;
    }

    private static void expect(String what, @Nullable Reason reason, byte[] document) {
        Reason actual = null;
        String message = "read";
        try {
            SbomReader.create().read(document);
        } catch (SbomException e) {
            actual = e.reason();
            message = e.getMessage();
        }
        if (actual != reason) {
            throw new AssertionError(what + ": " + message);
        }
    }
}
