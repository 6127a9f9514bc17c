package dev.tallyclerk.registry.internal.inventory.system;

import dev.tallyclerk.registry.internal.inventory.ContentReader;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.Lines;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code os-release} or an older file of that kind, and notes the fields that identify a distribution under their
 * names in {@code os-release}.
 *
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/os-release.html">os-release(5)</a>
 */
public final class OsRelease implements ContentReader {
    private static final Set<String> FIELDS =
            Set.of("ID", "ID_LIKE", "NAME", "VERSION_ID", "VERSION_CODENAME", "PRETTY_NAME", "CPE_NAME");
    private static final int MAX_VALUE = 256;
    private static final int MAX_LINES = 1000;
    private static final Pattern SENTENCE = Pattern.compile("(.{1,100}?) release ([0-9][0-9.]{0,30}).*");
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]*");

    /** The fields of {@code lsb-release} and those of {@code os-release} that say the same. */
    private static final Map<String, String> LSB_FIELDS = Map.of(
            "DISTRIB_ID", "ID",
            "DISTRIB_RELEASE", "VERSION_ID",
            "DISTRIB_CODENAME", "VERSION_CODENAME",
            "DISTRIB_DESCRIPTION", "PRETTY_NAME");

    /** How the sentence of a distribution begins, with its {@code ID}. */
    private static final Map<String, String> NAMES = Map.of(
            "AlmaLinux", "almalinux",
            "Amazon Linux", "amzn",
            "CentOS", "centos",
            "Fedora", "fedora",
            "openEuler", "openEuler",
            "Oracle Linux", "ol",
            "Red Hat Enterprise Linux", "rhel",
            "Rocky Linux", "rocky",
            "Scientific Linux", "scientific");

    /** Distributions whose {@code VERSION_ID} is the first number of the release. */
    private static final Set<String> WITHOUT_MINOR = Set.of("centos", "debian");

    private final Form form;
    private final String id;

    /** The forms of files that name a distribution. */
    private enum Form {
        OS_RELEASE,
        LSB_RELEASE,
        SENTENCE,
        VERSION
    }

    private OsRelease(Form form, String id) {
        this.form = form;
        this.id = id;
    }

    /** {@return the reader of {@code os-release}} */
    public static OsRelease ofFields() {
        return new OsRelease(Form.OS_RELEASE, "");
    }

    /** {@return the reader of {@code lsb-release} of Ubuntu and {@code openwrt_release}} */
    public static OsRelease ofLsbFields() {
        return new OsRelease(Form.LSB_RELEASE, "");
    }

    /** {@return the reader of {@code redhat-release} and its like, for example {@code CentOS release 6.10 (Final)}} */
    public static OsRelease ofSentence() {
        return new OsRelease(Form.SENTENCE, "");
    }

    /** {@return the reader of a file that holds nothing but the release of the distribution, or nothing at all} */
    public static OsRelease ofVersionOf(String id) {
        return new OsRelease(Form.VERSION, id);
    }

    @Override
    public void read(InputStream content, FileFindings into) throws IOException, UnreadableException {
        Lines lines = new Lines(content);
        switch (form) {
            case OS_RELEASE, LSB_RELEASE -> fields(lines, into);
            case SENTENCE -> sentence(lines.next(), into);
            case VERSION -> version(lines.next(), into);
        }
    }

    private void version(@Nullable String release, FileFindings into) throws UnreadableException {
        into.note("ID", id);
        if (release != null && release.matches("[0-9][0-9.]{0,30}")) {
            into.note("VERSION_ID", release(id, release));
        }
    }

    /** {@return the release as os-release has it: Debian 13.2 calls itself 13 there} */
    private static String release(String id, String release) {
        return WITHOUT_MINOR.contains(id) ? release.replaceFirst("[.].*", "") : release;
    }

    private static void sentence(@Nullable String line, FileFindings into) throws UnreadableException {
        Matcher sentence = SENTENCE.matcher(line == null || line.length() > MAX_VALUE ? "" : line);
        if (!sentence.matches()) {
            return;
        }
        for (Map.Entry<String, String> name : NAMES.entrySet()) {
            if (sentence.group(1).startsWith(name.getKey())) {
                into.note("ID", name.getValue());
                into.note("NAME", sentence.group(1));
                into.note("VERSION_ID", release(name.getValue(), sentence.group(2)));
                into.note("PRETTY_NAME", sentence.group().strip());
            }
        }
    }

    private void fields(Lines lines, FileFindings into) throws IOException, UnreadableException {
        int count = 0;
        for (String line = lines.next(); line != null && count < MAX_LINES; line = lines.next()) {
            count++;
            int equals = line.indexOf('=');
            String field = equals < 1 ? "" : field(line.substring(0, equals));
            if (!field.isEmpty()) {
                String value = unquoted(line.substring(equals + 1).strip());
                if (form == Form.LSB_RELEASE && field.equals("ID")) {
                    value = value.toLowerCase(Locale.ROOT);
                    if (!ID.matcher(value).matches()) {
                        continue; // VMware Photon OS has another name in os-release
                    }
                }
                if (value.length() <= MAX_VALUE) {
                    into.note(field, value);
                }
            }
        }
    }

    /** {@return the field of os-release that a name stands for; empty if it is of no use} */
    private String field(String name) {
        if (form == Form.LSB_RELEASE) {
            return LSB_FIELDS.getOrDefault(name, "");
        }
        return FIELDS.contains(name) ? name : "";
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1
                && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                && value.charAt(value.length() - 1) == value.charAt(0);
        String inner = quoted ? value.substring(1, value.length() - 1) : value;
        return inner.replaceAll("\\\\(.)", "$1");
    }
}
