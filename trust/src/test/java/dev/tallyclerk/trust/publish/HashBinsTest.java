package dev.tallyclerk.trust.publish;

import static dev.tallyclerk.trust.publish.Publisher.CLOCK;
import static dev.tallyclerk.trust.publish.Publisher.keys;
import static dev.tallyclerk.trust.publish.Publisher.newKey;
import static dev.tallyclerk.trust.publish.Publisher.target;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.trust.publish.PublishException.Reason;
import dev.tallyclerk.trust.publish.Publisher.OwnedKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.FreshMetadata;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HashBinsTest {
    private final Publisher publisher = new Publisher();
    private final OwnedKey bins = newKey();
    private final OwnedKey team = newKey();
    private final MemoryRepository files = new MemoryRepository();
    private final TufRepository repository = TufRepository.at(RepositoryPlace.ofFiles(files), CLOCK);

    @BeforeEach
    void publishTheFirstVersion() throws Exception {
        publisher.publishFirst(repository);
    }

    private FreshMetadata metadata() throws TufException {
        return TufClient.of(files, MetadataStore.inMemory(), files.firstRoot())
                .withClock(CLOCK)
                .refresh();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8, 16, 32, 256, 512, 4_096})
    void eachHashIsInOneBin(int count) {
        Set<String> names = new HashSet<>();
        Set<String> prefixes = new HashSet<>();
        int listed = 0;
        int digits = 0;
        for (int bin = 0; bin < count; bin++) {
            names.add(HashBins.name("bin", count, bin));
            List<String> own = HashBins.prefixes(count, bin);
            prefixes.addAll(own);
            listed += own.size();
            digits = own.get(0).length();
        }

        assertEquals(count, names.size());
        assertEquals(listed, prefixes.size(), "no prefix twice");
        assertEquals(1 << (4 * digits), prefixes.size(), "every prefix of this length");
        assertTrue(prefixes.size() < 16 * count, "no longer than needed");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1, 3, 100, 8_192})
    void refusesOtherCounts(int count) {
        KeySet keys = keys(1, bins);

        assertThrows(IllegalArgumentException.class, () -> HashBins.of("bin", count, keys));
    }

    @ParameterizedTest
    @EnumSource(HashBins.Form.class)
    void clientsFindTargetsInBinsOfEitherForm(HashBins.Form form) throws Exception {
        HashBins all = HashBins.of("bin", 8, keys(1, bins)).withForm(form);
        RepositoryChange change = repository.change().withTarget(target("targets", "before", "1"));
        publisher.publish(repository, change.withHashBins("targets", all), publisher.targets, bins);
        for (int i = 0; i < 20; i++) {
            publisher.publish(repository, repository.change().withTarget(target("targets", "app/" + i, "" + i)), bins);
        }

        assertTrue(metadata().target("before").orElseThrow().role().startsWith("bin-"));
        for (int i = 0; i < 20; i++) {
            assertTrue(metadata().target("app/" + i).isPresent(), "app/" + i);
        }
        publisher.publish(repository, repository.change().withoutTarget("targets", "app/7"), bins);
        assertTrue(metadata().target("app/7").isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"17, LIMIT_EXCEEDED", "32, LIMIT_EXCEEDED", "0, MALFORMED", "33, MALFORMED", "4294967300, MALFORMED"})
    void refusesToListMoreBinsThanItCan(long bits, Reason reason) {
        JsonObject succinct = new JsonObject(
                Map.of("bit_length", new JsonNumber(Long.toString(bits)), "name_prefix", new JsonString("bin")));
        JsonObject signed = new JsonObject(Map.of("delegations", new JsonObject(Map.of("succinct_roles", succinct))));

        PublishException e = assertThrows(PublishException.class, () -> Delegators.delegatedBy(signed));
        assertEquals(reason, e.reason());
    }

    @Test
    void teamsAreBesideBins() throws Exception {
        RepositoryChange change = repository
                .change()
                .withDelegation("targets", new TeamDelegation("web", keys(1, team), List.of("web/*"), true))
                .withHashBins("targets", HashBins.of("bin", 16, keys(1, bins)))
                .withTarget(target("web", "web/shop", "1"))
                .withTarget(target("targets", "app", "2"));
        publisher.publish(repository, change, publisher.targets, bins, team);
        OwnedKey other = newKey();
        publisher.publish(
                repository,
                repository
                        .change()
                        .withDelegation("targets", new TeamDelegation("db", keys(1, other), List.of("db/*"), true))
                        .withTarget(target("db", "db/main", "3")),
                publisher.targets,
                other);

        FreshMetadata metadata = metadata();
        assertEquals("web", metadata.target("web/shop").orElseThrow().role());
        assertEquals("db", metadata.target("db/main").orElseThrow().role());
        assertTrue(metadata.target("app").orElseThrow().role().startsWith("bin-"));
    }

    /** The terminating team comes first: a client never reaches the bin for its paths. */
    @Test
    void aTargetThatNoClientWouldFindInItsBinStaysWithItsRole() throws Exception {
        RepositoryChange change = repository
                .change()
                .withDelegation("targets", new TeamDelegation("web", keys(1, team), List.of("web/*"), true))
                .withHashBins("targets", HashBins.of("bin", 2, keys(1, bins)))
                .withTarget(target("targets", "web/shop", "1"));
        publisher.publish(repository, change, publisher.targets, bins, team);

        assertEquals("targets", metadata().target("web/shop").orElseThrow().role());
        String bin = HashBins.name("bin", 2, 0);
        RepositoryChange named = repository.change().withTarget(target(bin, "web/shop", "1"));
        assertEquals(
                Reason.NOT_DELEGATED,
                assertThrows(PublishException.class, named::pending).reason());
    }

    @Test
    void allBinsGetNewKeysTogether() throws Exception {
        RepositoryChange change = repository.change().withHashBins("targets", HashBins.of("bin", 4, keys(1, bins)));
        publisher.publish(repository, change.withTarget(target("targets", "app", "1")), publisher.targets, bins);
        OwnedKey next = newKey();
        PendingMetadata pending =
                repository.change().withDelegatedKeys("bin-1", keys(1, next)).pending();

        assertEquals(5, pending.roles().size(), "targets and each bin");
        repository.publish(Publisher.signed(pending, publisher.targets, next), publisher.online);
        assertTrue(metadata().target("app").isPresent());
    }

    @ParameterizedTest
    @EnumSource(HashBins.Form.class)
    void binsAreMadeOnceAndNotRevokedOneByOne(HashBins.Form form) throws Exception {
        HashBins all = HashBins.of("bin", 2, keys(1, bins)).withForm(form);
        publisher.publish(repository, repository.change().withHashBins("targets", all), publisher.targets, bins);

        RepositoryChange again = repository.change().withHashBins("targets", all);
        assertEquals(
                Reason.CONFLICT,
                assertThrows(PublishException.class, again::pending).reason());
        RepositoryChange revoked = repository.change().withoutDelegation("bin-0");
        assertEquals(
                Reason.NO_SUCH_ROLE,
                assertThrows(PublishException.class, revoked::pending).reason());
    }

    @ParameterizedTest
    @EnumSource(HashBins.Form.class)
    void theNumberOfBinsChangesAndClientsOfEveryStateFindAllTargets(HashBins.Form form) throws Exception {
        HashBins all = HashBins.of("bin", 4, keys(1, bins)).withForm(form);
        RepositoryChange change = repository.change().withHashBins("targets", all);
        for (int i = 0; i < 40; i++) {
            change = change.withTarget(target("targets", "app/" + i, "" + i));
        }
        publisher.publish(repository, change, publisher.targets, bins);
        MetadataStore seen = MetadataStore.inMemory();
        TufClient first = TufClient.of(files, seen, files.firstRoot()).withClock(CLOCK);
        assertEquals(4, rolesOfTargets(first.refresh()).size());

        // Names recur from 32 to 64, and from 64 back to 4.
        for (int count : new int[] {32, 64, 4, 2}) {
            publisher.publish(repository, repository.change().withBinCount("targets", count), publisher.targets, bins);
            Set<String> names = new HashSet<>();
            for (int bin = 0; bin < count; bin++) {
                names.add(HashBins.name("bin", count, bin));
            }
            assertTrue(names.containsAll(rolesOfTargets(first.refresh())), names::toString);
            assertEquals(rolesOfTargets(first.refresh()), rolesOfTargets(metadata()));
            Set<String> status = new HashSet<>();
            repository.status().roles().forEach(role -> status.add(role.role()));
            status.removeIf(role -> !role.startsWith("bin-"));
            assertEquals(names, status);
        }
        publisher.publish(repository, repository.change().withTarget(target("targets", "later", "x")), bins);
        assertTrue(first.refresh().target("later").isPresent());
    }

    private static Set<String> rolesOfTargets(FreshMetadata metadata) throws TufException {
        Set<String> roles = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            roles.add(metadata.target("app/" + i).orElseThrow().role());
        }
        return roles;
    }

    @Test
    void binsThatAreCountedAnewStayBetweenTheTeamsThatTheyStoodBetween() throws Exception {
        OwnedKey other = newKey();
        publisher.publish(
                repository,
                repository
                        .change()
                        .withDelegation("targets", new TeamDelegation("web", keys(1, team), List.of("web/*"), true))
                        .withHashBins("targets", HashBins.of("bin", 2, keys(1, bins)))
                        .withDelegation("targets", new TeamDelegation("db", keys(1, other), List.of("*/*"), true))
                        .withTarget(target("web", "web/shop", "1"))
                        .withTarget(target("targets", "db/main", "2"))
                        .withTarget(target("db", "db/main", "3")),
                publisher.targets,
                bins,
                team,
                other);
        PendingMetadata pending =
                repository.change().withBinCount("targets", 16).pending();

        assertEquals(17, pending.roles().size(), "targets and each bin");
        repository.publish(Publisher.signed(pending, publisher.targets, bins), publisher.online);
        FreshMetadata metadata = metadata();
        assertEquals("web", metadata.target("web/shop").orElseThrow().role());
        assertTrue(metadata.target("db/main").orElseThrow().role().startsWith("bin-"));
    }

    @Test
    void theWordsSayHowManyBinsThereWereAndWillBe() throws Exception {
        publisher.publish(
                repository,
                repository.change().withHashBins("targets", HashBins.of("bin", 4, keys(1, bins))),
                publisher.targets,
                bins);
        List<String> words =
                repository.change().withBinCount("targets", 2).pending().describe();

        assertTrue(
                words.contains("targets: delegates to each of the hash bins bin-0 to bin-1:"
                        + " {\"terminating\":false,\"bins\":2}"),
                words::toString);
        assertTrue(words.contains("targets: no longer delegates to each of the hash bins bin-0 to bin-3"));
    }

    @Test
    void refusesToCountBinsAnewThatAreNotThereOrNotASet() throws Exception {
        assertEquals(Reason.NO_SUCH_ROLE, refusal(repository.change().withBinCount("targets", 4)));
        assertThrows(IllegalArgumentException.class, () -> repository.change().withBinCount("targets", 3));
        HashBins two = HashBins.of("bin", 2, keys(1, bins));
        RepositoryChange made = repository.change().withHashBins("targets", two);
        assertEquals(Reason.CONFLICT, refusal(made.withBinCount("targets", 2)));
        assertEquals(
                Reason.CONFLICT,
                refusal(made.withDelegation(
                                "targets", new TeamDelegation("bin-3", keys(1, team), List.of("web/*"), true))
                        .withBinCount("targets", 4)));
        assertEquals(
                Reason.CONFLICT,
                refusal(made.withDelegation("bin-0", new TeamDelegation("web", keys(1, team), List.of("web/*"), true))
                        .withBinCount("targets", 4)));
        assertEquals(
                Reason.CONFLICT,
                refusal(made.withHashBins("bin-0", HashBins.of("more", 2, keys(1, bins)))
                        .withBinCount("targets", 4)));
    }

    private static Reason refusal(RepositoryChange change) {
        return assertThrows(PublishException.class, change::pending).reason();
    }

    @Test
    void succinctBinsHaveNothingBesideThem() throws Exception {
        HashBins succinct = HashBins.of("bin", 2, keys(1, bins)).withForm(HashBins.Form.SUCCINCT);
        TeamDelegation web = new TeamDelegation("web", keys(1, team), List.of("web/*"), true);
        RepositoryChange before =
                repository.change().withDelegation("targets", web).withHashBins("targets", succinct);
        RepositoryChange after =
                repository.change().withHashBins("targets", succinct).withDelegation("targets", web);

        assertEquals(
                Reason.CONFLICT,
                assertThrows(PublishException.class, before::pending).reason());
        assertEquals(
                Reason.NOT_DELEGATED,
                assertThrows(PublishException.class, after::pending).reason());
    }

    @Test
    void theWordsNameAllBinsAtOnceIfTheyAreAlike() throws Exception {
        PendingMetadata pending = repository
                .change()
                .withHashBins("targets", HashBins.of("bin", 256, keys(1, bins)))
                .pending();
        List<String> words = pending.describe().stream()
                .filter(line -> line.startsWith("targets: "))
                .toList();

        assertEquals(
                List.of(
                        "targets: delegates to each of the hash bins bin-00 to bin-ff: {\"terminating\":false,"
                                + "\"bins\":256}",
                        "targets: the role each of the hash bins bin-00 to bin-ff needs 1 of 1 keys",
                        "targets: the role each of the hash bins bin-00 to bin-ff gets the ed25519 key "
                                + bins.keyId().substring(0, 12)),
                words.subList(1, words.size()));
    }
}
