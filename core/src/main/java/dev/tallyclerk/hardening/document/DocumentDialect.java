package dev.tallyclerk.hardening.document;

/** How a program reads its documents: what scalars, duplicate keys and tags mean. */
public enum DocumentDialect {
    /** JSON as RFC 8259 has it; duplicate members are refused. */
    JSON(false),
    /**
     * YAML 1.1 as Kubernetes reads it: plain {@code yes}, {@code on} and {@code y} are true, {@code 010} is 8,
     * {@code <<} merges, the last of equal keys counts, and a document may be JSON.
     */
    KUBERNETES(true),
    /**
     * YAML as Compose reads it: plain {@code yes} and {@code on} are text that a switch accepts as true, {@code 22:22}
     * is text, {@code <<} merges, duplicate keys are refused, and values may have tags such as {@code !reset}.
     */
    COMPOSE(true);

    private final boolean isYaml;

    DocumentDialect(boolean isYaml) {
        this.isYaml = isYaml;
    }

    boolean isYaml() {
        return isYaml;
    }
}
