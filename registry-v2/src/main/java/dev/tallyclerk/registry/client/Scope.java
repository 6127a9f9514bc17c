package dev.tallyclerk.registry.client;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * What a token allows, as a token service is asked for it, such as {@code repository:team/app:pull,push}.
 *
 * @param resources each type, name and actions, in order; none for a token that says only who asks
 */
record Scope(List<String> resources) {
    private static final Scope NONE = new Scope(List.of());

    Scope {
        resources = List.copyOf(new TreeSet<>(resources));
    }

    static Scope none() {
        return NONE;
    }

    static Scope pull(String repository) {
        return new Scope(List.of("repository:" + repository + ":pull"));
    }

    static Scope push(String repository) {
        return new Scope(List.of("repository:" + repository + ":pull,push"));
    }

    static Scope delete(String repository) {
        return new Scope(List.of("repository:" + repository + ":delete,pull,push"));
    }

    static Scope catalog() {
        return new Scope(List.of("registry:catalog:*"));
    }

    /** {@return this scope and another one} */
    Scope and(Scope other) {
        Collection<String> all = new TreeSet<>(resources);
        all.addAll(other.resources);
        return new Scope(List.copyOf(all));
    }
}
