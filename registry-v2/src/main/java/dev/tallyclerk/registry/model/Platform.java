package dev.tallyclerk.registry.model;

import dev.tallyclerk.internal.json.MemberMap;
import dev.tallyclerk.text.Quoted;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The platform of an image: operating system, architecture, the variant of the architecture if there are several, and
 * the version and features of the operating system if they matter.
 *
 * <p>Immutable. Names are those of Go ({@code GOOS}, {@code GOARCH}), as in the specification.
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
        this.unknownMembers = MemberMap.copyOf(unknownMembers);
    }

    private static String named(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("not a valid name in a platform: " + Quoted.quote(name));
        }
        return name;
    }

    /** {@return whether {@code text} is a valid name in a platform; empty in the configurations of some artifacts} */
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
     * <p>Names may be empty, as in the configurations of some artifacts.
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
     * Parses {@code OS[(VERSION+FEATURE...)]/ARCHITECTURE[/VARIANT]}, or an operating system or architecture alone.
     *
     * <p>The form is containerd's, but the defaults are {@code linux} and {@code amd64} on every machine. Aliases
     * become one name: {@code x86_64} becomes {@code amd64}. In the parentheses, {@code %} and two hexadecimal digits
     * encode a byte.
     *
     * @throws IllegalArgumentException if {@code text} does not have that form, or is a single unknown name
     */
    public static Platform parse(String text) {
        PlatformText parsed = PlatformText.parse(text);
        return new Platform(
                parsed.os(),
                parsed.architecture(),
                parsed.variant(),
                parsed.osVersion(),
                parsed.osFeatures(),
                Map.of());
    }

    /**
     * {@return this platform with that version of the operating system}
     *
     * @param osVersion for example {@code 10.0.20348.169}; empty for any
     */
    public Platform withOsVersion(String osVersion) {
        return new Platform(os, architecture, variant, osVersion, osFeatures, unknownMembers);
    }

    /** {@return this platform with these features of the operating system, for example {@code win32k}} */
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

    /** {@return the version of the operating system; Windows images have one} */
    public Optional<String> osVersion() {
        return osVersion.isEmpty() ? Optional.empty() : Optional.of(osVersion);
    }

    /** {@return the features of the operating system that the image needs, in document order} */
    public List<String> osFeatures() {
        return osFeatures;
    }

    /** {@return the members that are not in the specification, in document order, each with its compact JSON text} */
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
     * {@return this platform with canonical names: {@code Linux/x86_64} becomes {@code linux/amd64}, {@code arm64/v8}
     * becomes {@code arm64}, {@code arm} becomes {@code arm/v7}; features are sorted, without duplicates}
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
     * {@return this platform or, if it has no variant, with the variant of another platform of the same architecture}
     *
     * <p>Many builders leave the variant out of the configuration, where it is optional, and only the index has it.
     */
    public Platform withVariantOf(Platform announced) {
        return variant.isEmpty() && architecture.equals(announced.architecture)
                ? new Platform(os, architecture, announced.variant, osVersion, osFeatures, unknownMembers)
                : this;
    }

    /**
     * {@return the text that {@link #parse} reads, with the version and features of the operating system}
     *
     * @see #toString
     */
    public String specifier() {
        return new PlatformText(os, architecture, variant, osVersion, osFeatures).specifier();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Platform that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    private List<Object> values() {
        return List.of(os, architecture, variant, osVersion, osFeatures, unknownMembers);
    }

    /** {@return {@code os/architecture[/variant]}} */
    @Override
    public String toString() {
        return os + '/' + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}
