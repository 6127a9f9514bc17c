package dev.tallyclerk.registry.internal.inventory.language;

import dev.tallyclerk.registry.internal.inventory.ContentReader;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.Lines;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads the name and version of a Python distribution from {@code METADATA} or {@code PKG-INFO}. The name is
 * normalised.
 *
 * @see <a href="https://packaging.python.org/en/latest/specifications/name-normalization/">Names and normalization</a>
 */
public final class PythonMetadata implements ContentReader {
    private static final Pattern INSTALLED =
            Pattern.compile("[.]dist-info/METADATA$|[.]egg-info/PKG-INFO$|[.]egg/EGG-INFO/PKG-INFO$|[^/][.]egg-info$");

    /** What pip left when it was stopped. Python does not import it, nor does pip list it. */
    private static final Pattern LEFTOVER = Pattern.compile("(?:^|/)~[^/]*[.](?:dist|egg)-info(?:$|/)");

    /** {@return whether a distribution has its metadata at the path} */
    public static boolean isInstalled(String path) {
        return INSTALLED.matcher(path).find() && !LEFTOVER.matcher(path).find();
    }

    /** {@return whether Python loads a distribution from an archive at the path} */
    public static boolean isArchive(String path) {
        return path.endsWith(".egg") && !path.endsWith("/.egg");
    }

    /** {@return whether the entry of an archive has the metadata of the distribution} */
    public static boolean isEntry(String name) {
        return name.equals("EGG-INFO/PKG-INFO");
    }

    @Override
    public void read(InputStream content, FileFindings into) throws IOException, UnreadableException {
        Map<String, String> headers = new HashMap<>();
        Lines lines = new Lines(content);
        for (String line = lines.next(); line != null && !line.isBlank(); line = lines.next()) {
            int colon = line.indexOf(':');
            if (colon > 0 && !Character.isWhitespace(line.charAt(0))) {
                String header = line.substring(0, colon).toLowerCase(Locale.ROOT);
                if (header.equals("name") || header.equals("version")) {
                    headers.putIfAbsent(header, line.substring(colon + 1).strip());
                }
            }
        }
        String name = headers.getOrDefault("name", "");
        String version = headers.getOrDefault("version", "");
        if (name.isEmpty() || version.isEmpty()) {
            throw UnreadableException.malformed("the metadata have no name or no version: " + name + " " + version);
        }
        into.add(FoundPackage.of("pypi", normalised(name), version));
    }

    private static String normalised(String name) {
        return name.replaceAll("[-_.]+", "-").toLowerCase(Locale.ROOT);
    }
}
