package dev.tallyclerk.registry.internal.inventory.language;

import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.registry.internal.inventory.ContentReader;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import dev.tallyclerk.registry.internal.inventory.WholeDocument;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Reads {@code composer/installed.json}, which is in {@code vendor} or the folder that a project uses instead. Composer
 * 1 writes a list, and 2 an object.
 */
public final class ComposerInstalled implements ContentReader {
    @Override
    public void read(InputStream content, FileFindings into) throws IOException, UnreadableException {
        WholeDocument.json(content, into, root -> {
            List<JsonValue> packages = root.value() instanceof JsonArray list
                    ? list.elements()
                    : JsonText.list(JsonText.object(root.value(), "installed.json"), "packages");
            for (JsonValue each : packages) {
                JsonObject object = JsonText.object(each, "a package");
                String name = JsonText.text(object, "name");
                String version = JsonText.text(object, "version");
                if (name.isEmpty() || version.isEmpty()) {
                    into.malformed("a package has no name or no version: " + name + " " + version);
                } else {
                    into.add(FoundPackage.of("composer", name, version));
                }
            }
        });
    }
}
