package dev.tallyclerk.registry.sbom;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Names of the properties that documents have in this project's namespace. */
final class Property {
    static final String PREFIX = "tallyclerk:";
    static final String TYPE = PREFIX + "package:type";
    static final String EVIDENCE = PREFIX + "package:evidence";
    static final String PATH = PREFIX + "package:path";
    /** The number of the layer, from 1, as in reports. */
    static final String LAYER_NUMBER = PREFIX + "layer:number";

    static final String LAYER_DIFF_ID = PREFIX + "layer:diffId";
    static final String ARCHITECTURE = PREFIX + "package:architecture";
    static final String MODULARITY = PREFIX + "package:modularityLabel";
    static final String OWNER = PREFIX + "package:owner";
    static final String SOURCE_NAME = PREFIX + "source:name";
    static final String SOURCE_VERSION = PREFIX + "source:version";
    static final String SOURCE_EPOCH = PREFIX + "source:epoch";

    /** Why packages may be missing; may be there several times. */
    static final String PROBLEM = PREFIX + "problem";

    /** The prefix of fields of {@code os-release}. */
    static final String OS_RELEASE = PREFIX + "os-release:";

    /** The prefix of the layers, by their numbers from 1. */
    static final String IMAGE_LAYER = PREFIX + "image:layer:";

    /** The fields of {@code os-release} that identify a distribution. */
    static final List<String> OS_RELEASE_FIELDS =
            List.of("CPE_NAME", "ID", "ID_LIKE", "NAME", "PRETTY_NAME", "VERSION_CODENAME", "VERSION_ID");

    private static final Set<String> OF_PACKAGES = Set.of(
            TYPE,
            PATH,
            LAYER_NUMBER,
            LAYER_DIFF_ID,
            ARCHITECTURE,
            MODULARITY,
            OWNER,
            SOURCE_NAME,
            SOURCE_VERSION,
            SOURCE_EPOCH);

    private Property() {}

    /** {@return the properties of a package that are read} */
    static Map<String, String> relevant(Map<String, String> properties) {
        Map<String, String> relevant = new HashMap<>(properties);
        relevant.keySet().retainAll(OF_PACKAGES);
        return Map.copyOf(relevant);
    }
}
