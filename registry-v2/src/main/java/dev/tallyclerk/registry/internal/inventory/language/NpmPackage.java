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
 * Reads the {@code package.json} of a package in {@code node_modules}, also of one in an archive. One without a name
 * and version describes a part of a package, such as the type of its modules.
 */
public final class NpmPackage implements ContentReader {
    private static final Pattern INSTALLED =
            Pattern.compile("(?:^|/)node_modules/(?:@[^/]+/)?[^/@.][^/]*/package[.]json$");

    /** Where pnpm stores the files of all packages, under their checksums. */
    private static final Pattern STORED = Pattern.compile("(?:^|/)v[0-9]+/files/[0-9a-f]{2}/[0-9a-f]{16,}$");

    /** Where Yarn has archives of packages, from which Plug'n'Play loads them. */
    private static final Pattern ARCHIVE = Pattern.compile("(?:^|/)[.]yarn/(?:berry/)?cache/[^/]+[.]zip$");

    /** {@return whether Yarn has the archive of a package at the path} */
    public static boolean isArchive(String path) {
        return ARCHIVE.matcher(path).find();
    }

    /** {@return whether pnpm stores a file at the path, which may be a {@code package.json}} */
    public static boolean isStored(String path) {
        return STORED.matcher(path).find();
    }

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
