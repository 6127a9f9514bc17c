package dev.tallyclerk.registry.inventory;

import java.util.Map;
import java.util.Optional;

/**
 * The distribution that the {@code os-release} of an image names. Immutable.
 *
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/os-release.html">os-release(5)</a>
 */
public final class Distribution {
    private final Map<String, String> fields;

    Distribution(Map<String, String> fields) {
        this.fields = Map.copyOf(fields);
    }

    /**
     * {@return a distribution}
     *
     * @param fields the fields of os-release by name, of which {@code ID} is required
     * @throws IllegalArgumentException if there is no {@code ID}
     */
    public static Distribution of(Map<String, String> fields) {
        if (fields.getOrDefault("ID", "").isEmpty()) {
            throw new IllegalArgumentException("a distribution has no ID");
        }
        return new Distribution(fields);
    }

    /** {@return the identifier, for example {@code debian}} */
    public String id() {
        return fields.getOrDefault("ID", "");
    }

    /** {@return the release, for example {@code 13}; empty for rolling distributions} */
    public Optional<String> versionId() {
        return field("VERSION_ID");
    }

    /** {@return the name for people, for example {@code Debian GNU/Linux 13 (trixie)}} */
    public Optional<String> prettyName() {
        return field("PRETTY_NAME");
    }

    /** {@return a field of os-release, if it identifies the distribution and is there} */
    public Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name)).filter(value -> !value.isEmpty());
    }

    /** {@return the identifier and the release} */
    @Override
    public String toString() {
        return id() + versionId().map(version -> " " + version).orElse("");
    }
}
