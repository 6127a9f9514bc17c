package dev.tallyclerk.registry.internal.auth;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a token allows, as a token service is asked for it, such as {@code repository:team/app:pull,push}.
 *
 * @param resources each type, name and actions, in order, each resource and action once; none for a token that says
 *     only who asks
 * @see <a href="https://distribution.github.io/distribution/spec/auth/scope/">Token Scope Documentation</a>
 */
public record Scope(List<String> resources) {
    private static final Scope NONE = new Scope(List.of());
    private static final Scope CATALOG = new Scope(List.of("registry:catalog:*"));
    private static final int MAX_CHALLENGED = 16;
    private static final int MAX_CHALLENGED_LENGTH = 4096;
    /** Not only letters: Azure names {@code metadata_read}. */
    private static final String ACTION = "[a-z*][a-z0-9*_./-]*";

    private static final Pattern RESOURCE =
            Pattern.compile("[a-z]+(\\([a-z]+\\))?:[!#-\\[\\]-~]+:ACTION(,ACTION)*".replace("ACTION", ACTION));
    private static final String PULL = "pull";

    public Scope {
        resources = text(actions(resources));
    }

    /** {@return no scope} */
    public static Scope none() {
        return NONE;
    }

    /** {@return the scope of reading from a repository} */
    public static Scope pull(String repository) {
        return new Scope(List.of("repository:" + repository + ":pull"));
    }

    /** {@return the scope of writing to a repository} */
    public static Scope push(String repository) {
        return new Scope(List.of("repository:" + repository + ":pull,push"));
    }

    /** {@return the scope of deleting from a repository} */
    public static Scope delete(String repository) {
        return new Scope(List.of("repository:" + repository + ":delete,pull,push"));
    }

    /** {@return the scope of the list of repositories} */
    public static Scope catalog() {
        return CATALOG;
    }

    /**
     * {@return whether this is {@link #catalog}, without what a record's own comparison costs when it is first used}
     */
    public boolean isCatalog() {
        return resources.equals(CATALOG.resources);
    }

    /** {@return whether this is only about pulling from repositories} */
    boolean isPullOnly() {
        return !resources.isEmpty()
                && resources.stream()
                        .allMatch(resource -> resource.startsWith("repository:") && resource.endsWith(":" + PULL));
    }

    private static SortedMap<String, SortedSet<String>> actions(List<String> resources) {
        SortedMap<String, SortedSet<String>> out = new TreeMap<>();
        for (String resource : resources) {
            int colon = resource.lastIndexOf(':');
            out.computeIfAbsent(resource.substring(0, colon), name -> new TreeSet<>())
                    .addAll(Arrays.asList(resource.substring(colon + 1).split(",", -1)));
        }
        return out;
    }

    private static List<String> text(SortedMap<String, SortedSet<String>> actions) {
        List<String> out = new ArrayList<>(actions.size());
        actions.forEach((name, allowed) -> out.add(name + ":" + String.join(",", allowed)));
        return List.copyOf(out);
    }

    /** {@return this scope and another one} */
    public Scope and(Scope other) {
        List<String> all = new ArrayList<>(resources);
        all.addAll(other.resources);
        return new Scope(all);
    }

    /** {@return whether a token for this scope does what one for {@code other} does} */
    public boolean covers(Scope other) {
        Map<String, SortedSet<String>> mine = actions(resources);
        return actions(other.resources).entrySet().stream()
                .allMatch(wanted ->
                        mine.getOrDefault(wanted.getKey(), new TreeSet<>()).containsAll(wanted.getValue()));
    }

    /**
     * {@return this scope and what a registry says that it wants for the call}
     *
     * <p>A call that knows what it is about gets nothing more of other resources than leave to pull from repositories,
     * and what makes no sense is passed over: the registry asks again if it insists.
     *
     * @param challenged the scope of the challenge, resources with spaces between
     */
    Scope andChallenged(String challenged) {
        if (challenged.length() > MAX_CHALLENGED_LENGTH) {
            return this;
        }
        Map<String, SortedSet<String>> mine = actions(resources);
        List<String> all = new ArrayList<>(resources);
        for (String resource : challenged.split(" ", -1)) {
            if (all.size() >= MAX_CHALLENGED || !RESOURCE.matcher(resource).matches()) {
                continue;
            }
            String name = resource.substring(0, resource.lastIndexOf(':'));
            List<String> wanted = Arrays.asList(
                    resource.substring(resource.lastIndexOf(':') + 1).split(",", -1));
            if (resources.isEmpty() || mine.containsKey(name)) {
                all.add(resource);
            } else if (name.startsWith("repository:") && wanted.contains(PULL)) {
                all.add(name + ":" + PULL);
            }
        }
        return new Scope(all);
    }
}
