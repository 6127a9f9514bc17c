package dev.tallyclerk.trust.tuf.model;

import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.state.Action;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.ActionChainArbitrary;
import net.jqwik.api.state.Transformer;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsCollector;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

/**
 * Random repositories with random steps of their owner and of an attacker: at each step the client says what a plain
 * reading of the specification says, and when the owner has the repository to itself again, the client recovers.
 *
 * <p>{@code -Dtest=TufModelProperties -Djqwik.tries.default=100000} tries longer.
 */
class TufModelProperties {
    @Property
    @StatisticsReport(StatisticsReportMode.OFF)
    void theClientSaysWhatTheSpecificationSaysAndAlwaysRecovers(@ForAll("histories") ActionChain<World> history) {
        World world = history.run();
        world.recovers(new Random(0));
        world.assertRecovered();
        StatisticsCollector outcomes = Statistics.label("outcomes");
        world.clients.outcomes.forEach(outcomes::collect);
        StatisticsCollector downloads = Statistics.label("downloads");
        world.clients.downloads.forEach(downloads::collect);
        // Otherwise all this would say little about what must be refused, and what must not.
        outcomes.coverage(coverage -> coverage.check("accepted").percentage(share -> share > 40 && share < 90));
        downloads.coverage(coverage -> coverage.check("downloaded").percentage(share -> share > 20 && share < 60));
    }

    @Provide
    Arbitrary<ActionChain<World>> histories() {
        return Arbitraries.integers()
                .between(0, 255)
                .flatMap(settings ->
                        steps(ActionChain.startWith(() -> new World(settings))).withMaxTransformations(12));
    }

    private static ActionChainArbitrary<World> steps(ActionChainArbitrary<World> chain) {
        return chain.withAction(4, both("refresh", World::refresh))
                .withAction(1, both("refresh, allowing expired", World::refreshAllowingExpired))
                .withAction(1, both("are offline", World::offline))
                .withAction(1, both("are offline, allowing expired", World::offlineAllowingExpired))
                .withAction(2, step("both clients download", World::downloads))
                .withAction(2, owner("adds a target", Owner::addTarget))
                .withAction(3, owner("delegates", Owner::delegate))
                .withAction(1, owner("changes a delegation", Owner::changeDelegation))
                .withAction(1, owner("changes delegated keys", Owner::changeDelegatedKeys))
                .withAction(2, owner("changes keys", Owner::changeKeys))
                .withAction(
                        1, owner("switches consistent snapshots", (owner, random) -> owner.switchConsistentSnapshot()))
                .withAction(1, step("the owner recovers", World::recovers))
                .withAction(1, step("time passes", World::waits))
                .withAction(1, step("the client crashes", World::crashes))
                .withAction(1, attacker("gives no file", Attacker::answersWithNoFile))
                .withAction(1, attacker("damages a file", Attacker::damagesAFile))
                .withAction(2, attacker("replays", Attacker::replays))
                .withAction(1, attacker("changes signatures", Attacker::changesSignatures))
                .withAction(1, attacker("signs with wrong keys", Attacker::signsWithWrongKeys))
                .withAction(2, attacker("offers a root", Attacker::offersARoot))
                .withAction(2, attacker("signs with stolen keys", Attacker::signsWithStolenKeys))
                .withAction(1, attacker("writes the store", Attacker::writesTheStore));
    }

    private static Action.Independent<World> both(String does, Consumer<World> comparison) {
        String name = "both clients " + does;
        return Action.just(name, Transformer.mutate(name, comparison));
    }

    /** What the owner does, and publishes. */
    private static Action.Independent<World> owner(String does, BiConsumer<Owner, Random> what) {
        return step("the owner " + does, (world, random) -> {
            what.accept(world.owner, random);
            world.publish();
        });
    }

    private static Action.Independent<World> attacker(String does, BiConsumer<Attacker, Random> what) {
        return step("the attacker " + does, (world, random) -> what.accept(world.attacker, random));
    }

    /** Mostly, the clients refresh right after it; sometimes more happens before they do. */
    private static Action.Independent<World> step(String name, BiConsumer<World, Random> step) {
        return () -> Arbitraries.integers()
                .between(0, 99_999)
                .map(seed -> Transformer.mutate(name + " (" + seed + ")", world -> {
                    Random random = new Random(seed);
                    step.accept(world, random);
                    if (random.nextInt(4) > 0) {
                        world.refresh();
                    }
                    if (random.nextInt(3) > 0) {
                        world.mirror.restore();
                    }
                }));
    }
}
