package dev.tallyclerk.registry.internal.inventory.language;

import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.registry.internal.inventory.ContentReader;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import dev.tallyclerk.registry.internal.inventory.WholeDocument;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Pattern;

/**
 * Reads the {@code package.json} of a package in {@code node_modules}. One without a name and version describes a part
 * of a package, such as the type of its modules.
 */
public final class NpmPackage implements ContentReader {
    private static final Pattern INSTALLED =
            Pattern.compile("(?:^|/)node_modules/(?:@[^/]+/)?[^/@.][^/]*/package[.]json$");

    /** {@return whether an installed package has its {@code package.json} at the path} */
    public static boolean isInstalled(String path) {
        return INSTALLED.matcher(path).find();
    }

    @Override
    public void read(InputStream content, FileFindings into) throws IOException, UnreadableException {
        WholeDocument.json(content, into, root -> {
            JsonObject object = JsonText.object(root.value(), "package.json");
            String name = JsonText.text(object, "name");
            String version = JsonText.text(object, "version");
            if (!name.isEmpty() && !version.isEmpty()) {
                into.add(FoundPackage.of("npm", name, version));
            }
        });
    }
}
