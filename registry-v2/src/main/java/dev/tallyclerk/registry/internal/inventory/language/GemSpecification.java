package dev.tallyclerk.registry.internal.inventory.language;

import dev.tallyclerk.registry.internal.inventory.ContentReader;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.Lines;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the name and version of an installed gem from its {@code gemspec}. That is Ruby code, of which only literals
 * are read, as RubyGems writes them.
 */
public final class GemSpecification implements ContentReader {
    private static final Pattern LITERAL = Pattern.compile(
            "^\\s*\\w+[.](name|version)\\s*=\\s*(?:Gem::Version[.]new\\s*\\(?\\s*)?([\"'])([^\"'#]+)\\2.*$");

    /** {@return whether an installed gem has its specification at the path} */
    public static boolean isInstalled(String path) {
        return path.endsWith(".gemspec") && (path.contains("/specifications/") || path.startsWith("specifications/"));
    }

    @Override
    public void read(InputStream content, FileFindings into) throws IOException, UnreadableException {
        String name = "";
        String version = "";
        Lines lines = new Lines(content);
        for (String line = lines.next(); line != null; line = lines.next()) {
            Matcher literal = LITERAL.matcher(line);
            if (line.length() < 1000 && literal.matches()) {
                String value = literal.group(3).strip();
                if (literal.group(1).equals("name")) {
                    name = name.isEmpty() ? value : name;
                } else {
                    version = version.isEmpty() ? value : version;
                }
            }
        }
        if (name.isEmpty() || version.isEmpty()) {
            throw UnreadableException.malformed("the gemspec states no name or no version: " + name + " " + version);
        }
        into.add(FoundPackage.of("gem", name, version));
    }
}
