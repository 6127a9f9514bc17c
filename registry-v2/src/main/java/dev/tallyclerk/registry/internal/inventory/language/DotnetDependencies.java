package dev.tallyclerk.registry.internal.inventory.language;

import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.registry.internal.inventory.ContentReader;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import dev.tallyclerk.registry.internal.inventory.WholeDocument;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * Reads the NuGet packages that a .NET program was built with from its {@code deps.json}.
 *
 * @see <a href="https://github.com/dotnet/cli/blob/v2.1.400/Documentation/specs/runtime-configuration-file.md">Runtime
 *     Configuration Files, NAME.deps.json</a>
 */
public final class DotnetDependencies implements ContentReader {
    @Override
    public void read(InputStream content, FileFindings into) throws IOException, UnreadableException {
        WholeDocument.json(content, into, root -> {
            JsonValue libraries =
                    JsonText.object(root.value(), "deps.json").members().get("libraries");
            if (libraries == null) {
                return;
            }
            for (Map.Entry<String, JsonValue> library :
                    JsonText.object(libraries, "libraries").members().entrySet()) {
                JsonObject object = JsonText.object(library.getValue(), library.getKey());
                int slash = library.getKey().indexOf('/');
                if (!JsonText.text(object, "type").equals("package")) {
                    continue;
                }
                if (slash < 1 || slash == library.getKey().length() - 1) {
                    into.malformed("a library has no name or no version: " + library.getKey());
                    continue;
                }
                into.add(FoundPackage.of(
                        "nuget",
                        library.getKey().substring(0, slash),
                        library.getKey().substring(slash + 1)));
            }
        });
    }
}
