package dev.tallyclerk.version;

import java.util.Comparator;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * The order of versions in one ecosystem.
 *
 * <pre>{@code
 * VersionOrder.DPKG.compare("1.0~rc1", "1.0") < 0
 * versions.sort(VersionOrder.RPM)
 * }</pre>
 *
 * <p>Parsing and comparing take time and memory linear in the length of the text.
 */
public enum VersionOrder implements Comparator<Version> {
    /** Debian, Ubuntu and opkg: {@code dpkg --compare-versions} (deb-version(7)). */
    DPKG("dpkg", DpkgVersion::parse),
    /**
     * RPM: {@code [epoch:]version[-release]}, as {@code rpm.labelCompare} orders it. A missing epoch is 0; a missing
     * release is before any other.
     */
    RPM("rpm", RpmVersion::parse),
    /**
     * Alpine: {@code apk version -t} of apk-tools 3. {@code 1.0} and {@code 1.0.0} differ; numbers count modulo 2^64,
     * as in apk.
     */
    APK("apk", ApkVersion::parse),
    /**
     * Arch Linux: {@code vercmp}. A release counts only if both versions have one, so the order of versions with and
     * without a release is not transitive.
     */
    ARCH("arch", PacmanVersion::parse),
    /**
     * npm: node-semver, strict. A leading {@code v} is taken; numbers of a prerelease count with the precision of a
     * {@code double}, as in JavaScript.
     */
    NPM("npm", SemanticVersion::parseNpm),
    /** Go modules: {@code golang.org/x/mod/semver}. The {@code v} in front is required. */
    GO("go", SemanticVersion::parseGo),
    /** Rust crates: Semantic Versioning 2.0.0, by precedence: build metadata does not count. */
    CRATES("crates", SemanticVersion::parseStrict),
    /**
     * Maven: {@code ComparableVersion} of Maven 3.9. Maven 3.6 and 4.0 order some unusual versions differently, such as
     * {@code 1.0-final-1}. Every text is a version.
     */
    MAVEN("maven", MavenVersion::parse),
    /** Python: PEP 440. */
    PYPI("pypi", PythonVersion::parse),
    /** Ruby: {@code Gem::Version}. */
    GEM("gem", GemVersion::parse),
    /**
     * PHP: {@code composer/semver}. Branches ({@code dev-…}) are before every release and have no order of their own.
     */
    PACKAGIST("packagist", ComposerVersion::parse),
    /** .NET: one to four numbers, then a prerelease of which case does not count. */
    NUGET("nuget", NugetVersion::parse);

    private final String id;

    @SuppressWarnings("ImmutableEnumChecker") // all are references to static methods
    private final Function<String, VersionKey> parser;

    VersionOrder(String id, Function<String, VersionKey> parser) {
        this.id = id;
        this.parser = parser;
    }

    /**
     * {@return the order with a name, such as {@code dpkg}; empty if there is none}
     *
     * @param id the name; case does not count
     */
    public static Optional<VersionOrder> byId(String id) {
        String folded = id.toLowerCase(Locale.ROOT);
        for (VersionOrder order : values()) {
            if (order.id.equals(folded)) {
                return Optional.of(order);
            }
        }
        return Optional.empty();
    }

    /** {@return the name, in lower case, such as {@code dpkg}} */
    public String id() {
        return id;
    }

    /**
     * Parses a version.
     *
     * @param text the version
     * @return the version, which compares with others of this order
     * @throws InvalidVersionException if the ecosystem has no such version
     */
    public Version parse(String text) {
        return new Version(Objects.requireNonNull(text, "text"), parser.apply(text));
    }

    /**
     * Compares two parsed versions.
     *
     * @throws ClassCastException if one was parsed for another order
     */
    @Override
    public int compare(Version first, Version second) {
        return first.compareTo(second);
    }

    /**
     * Parses and compares two versions.
     *
     * @param first a version
     * @param second another version
     * @return a negative number, zero or a positive number, as {@code first} is before, level with or after
     *     {@code second}
     * @throws InvalidVersionException if the ecosystem has no such version
     */
    public int compare(String first, String second) {
        return parse(first).compareTo(parse(second));
    }
}
