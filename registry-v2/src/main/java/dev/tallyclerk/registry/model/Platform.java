package dev.tallyclerk.registry.model;

import dev.tallyclerk.internal.text.Quoted;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an image runs on: operating system, architecture, the architecture's variant where there are several, and the
 * version and features of the operating system where they matter.
 *
 * <p>Immutable. Names are Go's ({@code GOOS}, {@code GOARCH}), as the specification has it.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md">OCI image-spec v1.1.1, Image
 *     Index, platform</a>
 */
public final class Platform {
    private static final int MAX_NAME = 64;

    private final String os;
    private final String architecture;
    private final String variant;
    private final String osVersion;
    private final List<String> osFeatures;
    private final Map<String, String> unknownMembers;

    Platform(
            String os,
            String architecture,
            String variant,
            String osVersion,
            List<String> osFeatures,
            Map<String, String> unknownMembers) {
        this.os = named(os);
        this.architecture = named(architecture);
        this.variant = named(variant);
        this.osVersion = osVersion;
        this.osFeatures = List.copyOf(osFeatures);
        this.unknownMembers = Descriptor.ordered(unknownMembers);
    }

    private static String named(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("not a name in a platform: " + Quoted.quote(name));
        }
        return name;
    }

    /** {@return whether {@code text} can be a part of a platform; some artifacts' configurations leave it empty} */
    static boolean isName(String text) {
        if (text.length() > MAX_NAME) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && c != '_' && c != '.' && c != '-') {
                return false;
            }
        }
        return true;
    }

    /**
     * {@return a platform without a variant}
     *
     * <p>An empty name is taken, as some artifacts' configurations have it.
     *
     * @throws IllegalArgumentException if a name has a character outside {@code [A-Za-z0-9_.-]} or more than 64
     */
    public static Platform of(String os, String architecture) {
        return of(os, architecture, "");
    }

    /**
     * {@return a platform with a variant, for example {@code linux}, {@code arm}, {@code v7}}
     *
     * @param variant empty if there is none
     * @throws IllegalArgumentException if a name has a character outside {@code [A-Za-z0-9_.-]} or more than 64
     */
    public static Platform of(String os, String architecture, String variant) {
        return new Platform(os, architecture, variant, "", List.of(), Map.of());
    }

    /**
     * Parses what people write: {@code OS[(VERSION+FEATURE...)]/ARCHITECTURE[/VARIANT]}, or one of the two names alone.
     *
     * <p>It is containerd's form, and what is left out is not what this machine has: it is {@code linux} or
     * {@code amd64}. Names that people use for one thing become one, as {@code x86_64} becomes {@code amd64}. In the
     * parentheses, {@code %} and two hexadecimal digits stand for a byte of a character that means something here.
     *
     * @throws IllegalArgumentException if {@code text} has not that form, or is a name alone that is not known
     */
    public static Platform parse(String text) {
        return PlatformText.parse(text);
    }

    /**
     * {@return this platform with that version of the operating system}
     *
     * @param osVersion for example {@code 10.0.20348.169}; empty if any
     */
    public Platform withOsVersion(String osVersion) {
        return new Platform(os, architecture, variant, osVersion, osFeatures, unknownMembers);
    }

    /** {@return this platform with those features of the operating system, for example {@code win32k}} */
    public Platform withOsFeatures(List<String> osFeatures) {
        return new Platform(os, architecture, variant, osVersion, osFeatures, unknownMembers);
    }

    /** {@return the operating system, for example {@code linux}} */
    public String os() {
        return os;
    }

    /** {@return the CPU architecture, for example {@code amd64}} */
    public String architecture() {
        return architecture;
    }

    /** {@return the variant of the architecture, for example {@code v7}} */
    public Optional<String> variant() {
        return variant.isEmpty() ? Optional.empty() : Optional.of(variant);
    }

    /** {@return the version of the operating system; Windows images carry it} */
    public Optional<String> osVersion() {
        return osVersion.isEmpty() ? Optional.empty() : Optional.of(osVersion);
    }

    /** {@return the features of the operating system that the image needs, in document order} */
    public List<String> osFeatures() {
        return osFeatures;
    }

    /**
     * {@return the members that the specification does not have, in document order, each with its compact JSON text}
     */
    public Map<String, String> unknownMembers() {
        return unknownMembers;
    }

    /** {@return the variant, or an empty text} */
    String variantText() {
        return variant;
    }

    /** {@return the version of the operating system, or an empty text} */
    String osVersionText() {
        return osVersion;
    }

    /**
     * {@return this platform in the one spelling of each name: {@code Linux/x86_64} is {@code linux/amd64},
     * {@code arm64/v8} is {@code arm64}, {@code arm} is {@code arm/v7}; features are sorted and stand once}
     */
    public Platform normalized() {
        PlatformText.Cpu cpu = PlatformText.Cpu.normalize(architecture, variant);
        return new Platform(
                PlatformText.normalizeOs(os),
                cpu.architecture(),
                cpu.variant(),
                osVersion,
                osFeatures.stream().sorted().distinct().toList(),
                unknownMembers);
    }

    /**
     * {@return whether an image for {@code offered} is one for exactly this platform}
     *
     * <p>That is what {@link PlatformMatcher#strict} says: once both are {@linkplain #normalized() normalized},
     * operating system, architecture and variant must be the same, the version must be one that this one's can run, and
     * the features must be among this one's.
     */
    public boolean accepts(Platform offered) {
        return PlatformMatcher.strict(this).matches(offered);
    }

    /**
     * {@return this platform, with the variant of another one of the same architecture if it has none}
     *
     * <p>Many builders leave the variant out of an image's configuration, where it is optional; what the index says of
     * the image has it then.
     */
    public Platform withVariantOf(Platform announced) {
        return variant.isEmpty() && architecture.equals(announced.architecture)
                ? new Platform(os, architecture, announced.variant, osVersion, osFeatures, unknownMembers)
                : this;
    }

    /**
     * {@return the form that {@link #parse} reads, with version and features of the operating system}
     *
     * @see #toString
     */
    public String specifier() {
        return PlatformText.specifier(this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Platform that
                && os.equals(that.os)
                && architecture.equals(that.architecture)
                && variant.equals(that.variant)
                && osVersion.equals(that.osVersion)
                && osFeatures.equals(that.osFeatures)
                && unknownMembers.equals(that.unknownMembers);
    }

    @Override
    public int hashCode() {
        return Objects.hash(os, architecture, variant, osVersion);
    }

    /** {@return {@code os/architecture[/variant]}} */
    @Override
    public String toString() {
        return os + '/' + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}
