package dev.tallyclerk.trust.tuf.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.FreshMetadata;
import dev.tallyclerk.trust.tuf.MappedRepositories;
import dev.tallyclerk.trust.tuf.RepositoryMap;
import dev.tallyclerk.trust.tuf.RepositoryMap.Mapping;
import dev.tallyclerk.trust.tuf.TestRepository;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.BeforeContainer;

/** TAP 4: any map over any repositories against a plain reading of the text. */
class MappedRepositoriesProperties {
    /** Each with the patterns that match it. */
    private static final Map<String, List<String>> PATHS =
            Map.of("a", List.of("*", "a", "?"), "b/c", List.of("*/*", "b/*", "?/c"));

    private static final List<String> PATTERNS = List.of("*", "a", "?", "*/*", "b/*", "?/c", "c", "b/");
    private static final List<String> NAMES = List.of("n0", "n1", "n2", "n3");

    /** Instead of the length that a repository lists: it cannot be asked. */
    private static final int FAILS = 3;

    private static final TestRepository FAILING = new TestRepository();

    /** One repository for each length from 1 on that it may list of everything; the first lists nothing. */
    private static final List<FreshMetadata> LISTING = new ArrayList<>();

    @BeforeContainer
    static void publish() throws TufException {
        FAILING.failOn = "2.root.json";
        for (int length = 0; length <= 2; length++) {
            TestRepository repository = new TestRepository();
            for (String path : PATHS.keySet()) {
                if (length > 0) {
                    repository.addTarget(path, new byte[length]);
                }
            }
            repository.publish();
            LISTING.add(repository.client(MetadataStore.inMemory()).refresh());
        }
    }

    @Property
    void whatTheTextSaysIsFound(@ForAll Random random) {
        Map<String, Integer> lengths = new HashMap<>();
        NAMES.forEach(name -> lengths.put(name, random.nextInt(FAILS + 1)));
        List<Mapping> mappings = IntStream.range(0, 1 + random.nextInt(4))
                .mapToObj(i -> mapping(random))
                .toList();
        for (String path : PATHS.keySet()) {
            List<String> theyAsk = new ArrayList<>();
            String theySay = reference(mappings, lengths, path, theyAsk);
            List<String> weAsk = new ArrayList<>();
            assertEquals(theySay, library(mappings, lengths, path, weAsk), () -> lengths + " " + mappings);
            assertEquals(theyAsk, weAsk, () -> lengths + " " + mappings);
        }
    }

    private static Mapping mapping(Random random) {
        List<String> names = new ArrayList<>(NAMES);
        Collections.shuffle(names, random);
        names = names.subList(0, 1 + random.nextInt(NAMES.size()));
        List<String> patterns = List.of(Owner.one(PATTERNS, random), Owner.one(PATTERNS, random));
        return new Mapping(patterns, names, 1 + random.nextInt(names.size()), random.nextBoolean());
    }

    private static String library(
            List<Mapping> mappings, Map<String, Integer> lengths, String path, List<String> asked) {
        Map<String, List<URI>> addresses = new HashMap<>();
        Map<String, MappedRepositories.MetadataSource> sources = new HashMap<>();
        for (String name : NAMES) {
            addresses.put(name, List.of(URI.create("https://example.org/" + name)));
            sources.put(name, () -> {
                if (!asked.contains(name)) {
                    asked.add(name);
                }
                int length = lengths.getOrDefault(name, FAILS);
                return length < FAILS
                        ? LISTING.get(length)
                        : FAILING.client(MetadataStore.inMemory()).refresh();
            });
        }
        try {
            return MappedRepositories.of(new RepositoryMap(addresses, mappings), sources)
                    .target(path)
                    .map(agreed -> agreed.target().length() + " " + agreed.repositories())
                    .orElse("nobody");
        } catch (TufException e) {
            return e.reason().toString();
        }
    }

    private static String reference(
            List<Mapping> mappings, Map<String, Integer> lengths, String path, List<String> asked) {
        for (Mapping mapping : mappings) {
            if (Collections.disjoint(mapping.paths(), PATHS.getOrDefault(path, List.of()))) {
                continue;
            }
            List<String> names = mapping.repositories();
            for (int count = 1; count <= names.size(); count++) {
                String last = names.get(count - 1);
                if (!asked.contains(last)) {
                    asked.add(last);
                }
                int length = lengths.getOrDefault(last, FAILS);
                List<String> same = names.subList(0, count).stream()
                        .filter(name -> lengths.getOrDefault(name, FAILS) == length)
                        .toList();
                if (length > 0 && length < FAILS && same.size() >= mapping.threshold()) {
                    return length + " " + same;
                }
            }
            if (names.stream().anyMatch(name -> lengths.getOrDefault(name, FAILS) == FAILS)) {
                return "REPOSITORIES_FAILED";
            }
            if (mapping.terminating()) {
                break;
            }
        }
        return "nobody";
    }
}
