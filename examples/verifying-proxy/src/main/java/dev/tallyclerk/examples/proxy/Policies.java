package dev.tallyclerk.examples.proxy;

import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.hardening.policy.PolicyReader;
import dev.tallyclerk.hardening.yaml.YamlDocument;
import dev.tallyclerk.hardening.yaml.YamlPolicyReader;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.admission.Admission;
import dev.tallyclerk.registry.admission.AllRules;
import dev.tallyclerk.registry.audit.ImageRules;
import dev.tallyclerk.registry.audit.files.FileSystemRules;
import dev.tallyclerk.registry.proxy.ProxyPolicy;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleOcsp;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleTimestamps;
import dev.tallyclerk.trust.policy.RepositoryAccess;
import dev.tallyclerk.trust.policy.TrustPolicy;
import dev.tallyclerk.trust.policy.TrustPolicyReader;
import dev.tallyclerk.trust.policy.TrustVerifier;
import dev.tallyclerk.trust.revocation.HttpRevocation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The policy of each repository, which is read again when its files change. A file that then cannot be read leaves the
 * policy as it was, and {@link #problems} says so until it is repaired.
 */
final class Policies implements Function<Reference, ProxyPolicy> {
    private static final int MOST_BYTES = 1 << 20;

    private final List<Entry> entries = new ArrayList<>();
    private final Registries registries;
    private final Path folder;
    private final Optional<ProxyConfig.Database> trustState;
    private final ExecutorService threads;
    private final Clock clock;
    private final Consumer<String> log;

    Policies(ProxyConfig config, Registries registries, ExecutorService threads, Clock clock, Consumer<String> log)
            throws ConfigException {
        this.registries = registries;
        this.folder = config.folder().resolve("trust");
        this.trustState = config.trustState();
        this.threads = threads;
        this.clock = clock;
        this.log = log;
        for (ProxyConfig.Demand demand : config.policies()) {
            try {
                PolicyFiles files = new PolicyFiles();
                ProxyPolicy policy = read(demand, files);
                entries.add(new Entry(demand, new Loaded(files.states(), policy, "")));
            } catch (IOException e) {
                throw demand.place().error("the policy cannot be used: " + e.getMessage());
            }
        }
    }

    /** A policy as it was read, and the states of its files before. */
    private record Loaded(Map<Path, Object> states, ProxyPolicy policy, String problem) {}

    /** What is demanded, and what its files said when they were last looked at. */
    private static final class Entry {
        private final ProxyConfig.Demand demand;
        private final Lock reading = new ReentrantLock();
        private volatile Loaded loaded;

        Entry(ProxyConfig.Demand demand, Loaded loaded) {
            this.demand = demand;
            this.loaded = loaded;
        }
    }

    @Override
    public ProxyPolicy apply(Reference repository) {
        String name = repository.domain() + "/" + repository.path();
        for (Entry entry : entries) {
            if (entry.demand.repositories().matches(name)) {
                return current(entry);
            }
        }
        return ProxyPolicy.none();
    }

    private ProxyPolicy current(Entry entry) {
        if (PolicyFiles.areUnchanged(entry.loaded.states())) {
            return entry.loaded.policy();
        }
        entry.reading.lock();
        try {
            if (!PolicyFiles.areUnchanged(entry.loaded.states())) {
                entry.loaded = again(entry);
            }
            return entry.loaded.policy();
        } finally {
            entry.reading.unlock();
        }
    }

    private Loaded again(Entry entry) {
        String name = entry.demand.repositories().text();
        PolicyFiles files = new PolicyFiles();
        try {
            ProxyPolicy policy = read(entry.demand, files);
            log.accept("the policy of " + name + " was read again");
            return new Loaded(files.states(), policy, "");
        } catch (IOException e) {
            String problem = "the policy of " + name + " stays as it was: " + e.getMessage();
            log.accept(problem);
            return new Loaded(files.states(), entry.loaded.policy(), problem);
        }
    }

    /** {@return what is wrong with files that were changed} */
    List<String> problems() {
        return entries.stream()
                .peek(this::current)
                .map(entry -> entry.loaded.problem())
                .filter(problem -> !problem.isEmpty())
                .toList();
    }

    private ProxyPolicy read(ProxyConfig.Demand demand, PolicyFiles files) throws IOException {
        if (demand.mode() == ProxyPolicy.Mode.OFF) {
            return ProxyPolicy.none();
        }
        Policy policy = Policy.defaults().withoutGate();
        if (demand.hardening().isPresent()) {
            policy = hardening(demand.hardening().get(), files);
        }
        List<RuleSet> rules = List.of(ImageRules.ruleSet(), FileSystemRules.ruleSet());
        Admission admission = Admission.of(Auditor.of(policy, rules))
                .withVerifier(ImageVerifier.create().withExecutor(threads, 2));
        if (demand.trust().isPresent()) {
            admission = admission.withVoucher(trust(demand.trust().get(), files));
        }
        return demand.mode() == ProxyPolicy.Mode.OBSERVE
                ? ProxyPolicy.observing(files.version(), admission)
                : ProxyPolicy.decidingFirst(files.version(), admission);
    }

    private static Policy hardening(Path file, PolicyFiles files) throws IOException {
        PolicyReader reader = PolicyReader.of(AllRules.ruleSets());
        byte[] document = files.document(file, MOST_BYTES);
        try {
            return YamlPolicyReader.of(reader).readNamed(file.toString(), document);
        } catch (PolicyException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private TrustVerifier trust(Path file, PolicyFiles files) throws IOException {
        RepositoryAccess repositories = registries.trustRepositories(folder, trustState);
        Path beside = file.toAbsolutePath().getParent();
        TrustPolicyReader plain = TrustPolicyReader.create()
                .withTuf(repositories)
                .withNotary(repositories)
                .withFileListener(files);
        TrustPolicyReader reader = beside == null ? plain : plain.withFolder(beside);
        byte[] document = files.document(file, MOST_BYTES);
        TrustPolicy policy;
        try {
            policy = YamlDocument.readNamed(file.toString(), document, MOST_BYTES, reader::read);
        } catch (PolicyException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        return TrustVerifier.of(policy)
                .withClock(clock)
                .withRevocation(HttpRevocation.of(registries.http()).withOcsp(BouncyCastleOcsp.create()))
                .withTimestampEngine(BouncyCastleTimestamps.create());
    }
}
