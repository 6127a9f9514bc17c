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
 * are read, as RubyGems writes them; where they are not, the line for RubyGems counts, by which it finds the gem
 * without running the code.
 */
public final class GemSpecification implements ContentReader {
    private static final Pattern LITERAL =
            Pattern.compile("^\\s*\\w+[.](?<field>name|version)\\s*=\\s*(?:Gem::Version[.]new\\s*\\(?\\s*)?"
                    + "(?:([\"'])(?<quoted>[^\"'#]+)\\2|%q\\{(?<braced>[^}#]+)\\}).*$");
    private static final Pattern STUB = Pattern.compile("^# stub: (\\S+) (\\S+) \\S+ .*$");
    private static final int MAX_LINE = 1000;

    /** {@return whether an installed gem has its specification at the path} */
    public static boolean isInstalled(String path) {
        return path.endsWith(".gemspec") && (path.contains("/specifications/") || path.startsWith("specifications/"));
    }

    @Override
    public void read(InputStream content, FileFindings into) throws IOException, UnreadableException {
        String name = "";
        String version = "";
        Matcher stub = STUB.matcher("");
        boolean hasStub = false;
        Lines lines = new Lines(content);
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (line.length() > MAX_LINE) {
                continue;
            }
            Matcher literal = LITERAL.matcher(line);
            if (literal.matches()) {
                String quoted = literal.group("quoted");
                String value = (quoted == null ? literal.group("braced") : quoted).strip();
                if (literal.group("field").equals("name")) {
                    name = name.isEmpty() ? value : name;
                } else {
                    version = version.isEmpty() ? value : version;
                }
            } else if (!hasStub) {
                hasStub = stub.reset(line).matches();
            }
        }
        if (hasStub && (name.isEmpty() || version.isEmpty())) {
            name = stub.group(1);
            version = stub.group(2);
        }
        if (name.isEmpty() || version.isEmpty()) {
            throw UnreadableException.malformed("the gemspec states no name or no version: " + name + " " + version);
        }
        into.add(FoundPackage.of("gem", name, version));
    }
}
