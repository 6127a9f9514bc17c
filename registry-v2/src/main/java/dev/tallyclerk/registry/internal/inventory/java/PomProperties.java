package dev.tallyclerk.registry.internal.inventory.java;

import dev.tallyclerk.registry.internal.inventory.ContentSink;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.regex.Pattern;

/** Reads the coordinates that Maven writes into each archive, {@code META-INF/maven/GROUP/ARTIFACT/pom.properties}. */
public final class PomProperties implements ContentSink {
    private static final Pattern NAME = Pattern.compile("(?:^|/)META-INF/maven/[^/]+/[^/]+/pom[.]properties$");
    private static final int MAX_BYTES = 1 << 16;
    private static final int MAX_TEXT = 256;

    private final String inside;
    private final FileFindings into;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();

    private PomProperties(String inside, FileFindings into) {
        this.inside = inside;
        this.into = into;
    }

    /** {@return the reader of a file that lies in no archive} */
    public static PomProperties ofFile(FileFindings into) {
        return new PomProperties("", into);
    }

    /** {@return the reader of an entry of the archive at {@code inside}} */
    static PomProperties in(String inside, FileFindings into) {
        return new PomProperties(inside, into);
    }

    /** {@return whether a file or entry of that name has coordinates} */
    public static boolean isName(String path) {
        return path.endsWith("/pom.properties") && NAME.matcher(path).find();
    }

    @Override
    public void update(byte[] bytes, int offset, int length) throws UnreadableException {
        if (length > MAX_BYTES - content.size()) {
            throw UnreadableException.limit("pom.properties is larger than " + MAX_BYTES + " bytes");
        }
        content.write(bytes, offset, length);
    }

    @Override
    public void finish() throws UnreadableException {
        Properties properties = new Properties();
        try {
            properties.load(new ByteArrayInputStream(content.toByteArray()));
        } catch (IllegalArgumentException e) {
            throw UnreadableException.malformed("pom.properties has a wrong escape");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String group = properties.getProperty("groupId", "").strip();
        String artifact = properties.getProperty("artifactId", "").strip();
        String version = properties.getProperty("version", "").strip();
        if (!isCoordinate(group) || !isCoordinate(artifact) || !isCoordinate(version)) {
            throw UnreadableException.malformed("pom.properties does not have the three coordinates");
        }
        into.add(FoundPackage.of("maven", group + ":" + artifact, version).withInside(inside));
    }

    /** {@return whether a text is a coordinate, and no property that was left as it is in a template} */
    private static boolean isCoordinate(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_TEXT
                && !text.contains("${")
                && text.chars().noneMatch(Character::isISOControl);
    }
}
