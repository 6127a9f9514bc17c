package dev.tallyclerk.registry.internal.inventory.binary;

import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import dev.tallyclerk.registry.internal.inventory.WholeDocument;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * Reads the crates that cargo-auditable wrote into a program. Crates that are only built with are no part of it.
 *
 * @see <a href="https://github.com/rust-secure-code/cargo-auditable/blob/v0.6.6/PARSING.md">cargo-auditable,
 *     PARSING.md</a>
 */
final class AuditableCrates {
    static final String SECTION = ".dep-v0";

    private AuditableCrates() {}

    /** Reads the content of the section. */
    static void read(byte[] section, FileFindings into) throws UnreadableException {
        try (InputStream json = new InflaterInputStream(new ByteArrayInputStream(section))) {
            WholeDocument.json(json, into, root -> {
                JsonValue packages = root.value() instanceof JsonObject object
                        ? object.members().get("packages")
                        : null;
                if (!(packages instanceof JsonArray list)) {
                    throw UnreadableException.malformed("the section .dep-v0 has no packages");
                }
                for (JsonValue each : list.elements()) {
                    if (each instanceof JsonObject crate && !text(crate, "kind").equals("build")) {
                        crate(crate, into);
                    }
                }
            });
        } catch (ZipException e) {
            throw UnreadableException.malformed("the section .dep-v0 is no zlib data");
        } catch (IOException e) {
            throw UnreadableException.malformed("the section .dep-v0 is cut off");
        }
    }

    private static void crate(JsonObject crate, FileFindings into) throws UnreadableException {
        String name = text(crate, "name");
        String version = text(crate, "version");
        if (name.isEmpty() || version.isEmpty()) {
            into.malformed("a crate has no name or no version: " + name + " " + version);
        } else {
            into.add(FoundPackage.of("cargo", name, version));
        }
    }

    private static String text(JsonObject object, String member) {
        return object.members().get(member) instanceof JsonString text ? text.value() : "";
    }
}
