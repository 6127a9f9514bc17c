package dev.tallyclerk.registry.internal.inventory;

/**
 * A package as a file lists it. A property that the file does not state is empty.
 *
 * @param type the type of its package URL
 * @param name the name as its ecosystem writes it: {@code group:artifact} for Maven, with the scope for npm
 * @param version the version, with an epoch other than 0 in front
 * @param architecture the architecture in the words of the package manager
 * @param source what it was built from
 * @param label the stream of a module that an rpm package belongs to
 * @param inside where in the file it lies, for example {@code !/WEB-INF/lib/x.jar}
 * @param claimed the package URL, if the file is a bill of materials that claims the package
 */
public record FoundPackage(
        String type,
        String name,
        String version,
        String architecture,
        FoundSource source,
        String label,
        String inside,
        String claimed) {
    private static final int OBJECT_BYTES = 240;

    /**
     * A source package.
     *
     * @param name its name; empty if it is not known
     * @param version its version, without epoch for rpm
     * @param epoch the epoch of an rpm source; empty if it is not known, and for other types
     */
    public record FoundSource(String name, String version, String epoch) {
        static final FoundSource NONE = new FoundSource("", "", "");
    }

    /** {@return a package of which only the name and version are known} */
    public static FoundPackage of(String type, String name, String version) {
        return new FoundPackage(type, name, version, "", FoundSource.NONE, "", "", "");
    }

    public FoundPackage withArchitecture(String architecture) {
        return new FoundPackage(type, name, version, architecture, source, label, inside, claimed);
    }

    public FoundPackage withSource(String sourceName, String sourceVersion) {
        return withSource(new FoundSource(sourceName, sourceVersion, ""));
    }

    public FoundPackage withSource(FoundSource source) {
        return new FoundPackage(type, name, version, architecture, source, label, inside, claimed);
    }

    public FoundPackage withLabel(String label) {
        return new FoundPackage(type, name, version, architecture, source, label, inside, claimed);
    }

    public FoundPackage withInside(String inside) {
        return new FoundPackage(type, name, version, architecture, source, label, inside, claimed);
    }

    public FoundPackage withClaimed(String purl) {
        return new FoundPackage(type, name, version, architecture, source, label, inside, purl);
    }

    long memoryBytes() {
        return OBJECT_BYTES
                + 2L
                        * (name.length()
                                + version.length()
                                + source.name().length()
                                + source.version().length()
                                + label.length()
                                + inside.length()
                                + claimed.length());
    }
}
