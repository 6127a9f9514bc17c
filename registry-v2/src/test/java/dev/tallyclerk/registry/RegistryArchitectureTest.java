package dev.tallyclerk.registry;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class RegistryArchitectureTest {
    private static final JavaClasses REGISTRY = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.tallyclerk.registry");

    /** They measure how long something takes, or have the system's clock where the caller names no other. */
    private static final List<String> MEASURING = List.of(
            "dev.tallyclerk.registry.auth.CachedCredentials",
            "dev.tallyclerk.registry.auth.HelperProcess",
            "dev.tallyclerk.registry.client.ClientSettings",
            "dev.tallyclerk.registry.client.Waits",
            "dev.tallyclerk.registry.jdkhttp.JdkTransport");

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.tallyclerk.registry.(*)..")
                .should()
                .beFreeOfCycles()
                .check(REGISTRY);
    }

    @Test
    void onlyTheAdapterSeesOkHttp() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tallyclerk.registry.okhttp")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("okhttp3..", "okio..", "kotlin..")
                .check(REGISTRY);
    }

    @Test
    void onlyTheAdapterSeesZstdJni() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tallyclerk.registry.zstdjni")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.github.luben..")
                .check(REGISTRY);
    }

    @Test
    void nothingElseIsNeededButJavaAndCore() {
        classes()
                .that()
                .resideOutsideOfPackages("dev.tallyclerk.registry.okhttp", "dev.tallyclerk.registry.zstdjni")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "javax.net.ssl..", "dev.tallyclerk..", "org.jspecify..")
                .check(REGISTRY);
    }

    @Test
    void transportsDoNotKnowTheClient() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.tallyclerk.registry.transport",
                        "dev.tallyclerk.registry.okhttp",
                        "dev.tallyclerk.registry.jdkhttp")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.tallyclerk.registry.client")
                .check(REGISTRY);
    }

    @Test
    void internalPackagesHaveNoCyclesEither() {
        slices().matching("dev.tallyclerk.registry.internal.(*)..")
                .should()
                .beFreeOfCycles()
                .check(REGISTRY);
    }

    @Test
    void trustIsASiblingThatIsNotKnown() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.tallyclerk.trust..")
                .check(REGISTRY);
    }

    @Test
    void documentsDoNoInputOrOutput() {
        noClasses()
                .that()
                .resideInAPackage("dev.tallyclerk.registry.model")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.util.concurrent..")
                .check(REGISTRY);
    }

    @Test
    void documentsKnowNothingOfTheRulesOverThem() {
        noClasses()
                .that()
                .resideInAPackage("dev.tallyclerk.registry.model..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.tallyclerk.hardening..", "dev.tallyclerk.registry.audit..")
                .check(REGISTRY);
    }

    @Test
    void rulesReadNoClockAndDoNoInputOrOutput() {
        noClasses()
                .that()
                .resideInAPackage("dev.tallyclerk.registry.audit..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.io", "java.nio.file..", "java.net..", "dev.tallyclerk.registry.client..")
                .orShould()
                .callMethod(Instant.class, "now")
                .check(REGISTRY);
    }

    /** Times are those of a clock of the caller. */
    @Test
    void nothingReadsAClock() {
        noClasses()
                .that(describe(
                        "may not read a clock",
                        type -> MEASURING.stream().noneMatch(type.getName().replaceAll("[$].*", "")::equals)))
                .should()
                .accessTargetWhere(describe("a clock is read", RegistryArchitectureTest::readsAClock))
                .check(REGISTRY);
    }

    private static boolean readsAClock(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getTarget().getName();
        return switch (owner) {
            case "java.time.Clock" -> name.startsWith("system") || name.startsWith("tick");
            case "java.lang.System" -> name.equals("currentTimeMillis") || name.equals("nanoTime");
            case "java.util.Date", "java.util.Calendar", "java.util.GregorianCalendar" -> true;
            default -> owner.startsWith("java.time.") && name.equals("now");
        };
    }

    /** CONTRIBUTING.md promises it: whoever wants something done at the same time brings an executor. */
    @Test
    void nothingStartsAThread() {
        noClasses()
                .should()
                .accessTargetWhere(describe("a thread is started", RegistryArchitectureTest::startsAThread))
                .check(REGISTRY);
    }

    private static boolean startsAThread(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getTarget().getName();
        return switch (owner.getName()) {
            case "java.util.Timer",
                    "java.util.concurrent.Executors",
                    "java.util.concurrent.ForkJoinPool",
                    "java.util.concurrent.ScheduledThreadPoolExecutor",
                    "java.util.concurrent.SubmissionPublisher",
                    "java.util.concurrent.ThreadPoolExecutor" -> true;
            case "java.net.http.HttpClient" -> name.startsWith("new");
            case "java.util.concurrent.CompletableFuture" ->
                List.of("orTimeout", "completeOnTimeout", "delayedExecutor").contains(name)
                        || (name.endsWith("Async") && !takesAnExecutor(access));
            default ->
                name.equals("parallelStream")
                        || (owner.getPackageName().equals("java.util.stream") && name.equals("parallel"))
                        || (owner.isAssignableTo(Thread.class)
                                && List.of("<init>", "start", "startVirtualThread", "ofVirtual", "ofPlatform")
                                        .contains(name));
        };
    }

    private static boolean takesAnExecutor(JavaAccess<?> access) {
        return access.getTarget() instanceof CodeUnitAccessTarget target
                && target.getRawParameterTypes().stream().anyMatch(type -> type.isEquivalentTo(Executor.class));
    }

    @Test
    void nothingPrintsOrReadsSystemProperties() {
        noClasses()
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "getProperty", String.class)
                .orShould()
                .callMethod(System.class, "getProperty", String.class, String.class)
                .orShould()
                .callMethod(System.class, "getProperties")
                .orShould()
                .callMethod(Boolean.class, "getBoolean", String.class)
                .orShould()
                .callMethod(Integer.class, "getInteger", String.class)
                .orShould()
                .callMethod(Long.class, "getLong", String.class)
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "getenv")
                .check(REGISTRY);
    }
}
