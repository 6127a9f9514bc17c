package dev.tallyclerk.trust;

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
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class TrustArchitectureTest {
    private static final JavaClasses TRUST = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.tallyclerk.trust");

    /** They measure how long something takes, or have the system's clock where the caller names no other. */
    private static final List<String> MEASURING = List.of(
            "dev.tallyclerk.trust.fetch.BoundedBody",
            "dev.tallyclerk.trust.fetch.ExecutorGet",
            "dev.tallyclerk.trust.fetch.HttpExchange",
            "dev.tallyclerk.trust.jdkhttp.JdkHttpGet",
            "dev.tallyclerk.trust.store.FileStore",
            "dev.tallyclerk.trust.tuf.TufClient");

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.tallyclerk.trust.(*)..")
                .should()
                .beFreeOfCycles()
                .check(TRUST);
    }

    @Test
    void nothingIsUsedButJavaAndCore() {
        classes()
                .that()
                .resideOutsideOfPackages(
                        "dev.tallyclerk.trust.bouncycastle", "dev.tallyclerk.trust.okhttp", "dev.tallyclerk.trust.tink")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "javax.sql",
                        "org.jspecify.annotations",
                        "dev.tallyclerk.trust..",
                        "dev.tallyclerk.digest",
                        "dev.tallyclerk.reference",
                        "dev.tallyclerk.verify..",
                        "dev.tallyclerk.internal..")
                .check(TRUST);
    }

    @Test
    void onlyTheAdaptersSeeTheirLibraries() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tallyclerk.trust.bouncycastle")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bouncycastle..")
                .check(TRUST);
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tallyclerk.trust.tink")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.google..")
                .check(TRUST);
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tallyclerk.trust.okhttp")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("okhttp3..", "okio..")
                .check(TRUST);
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tallyclerk.trust.jdkhttp")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.net.http..")
                .check(TRUST);
    }

    @Test
    void keysStoresAndFetchersDoNotKnowTuf() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.tallyclerk.trust.key", "dev.tallyclerk.trust.store", "dev.tallyclerk.trust.fetch")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.tallyclerk.trust.tuf", "dev.tallyclerk.trust.image")
                .check(TRUST);
    }

    @Test
    void tufDoesNotKnowImages() {
        noClasses()
                .that()
                .resideInAPackage("dev.tallyclerk.trust.tuf")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.tallyclerk.trust.image")
                .check(TRUST);
    }

    @Test
    void onlyFetchersKnowTheNetworkAndOnlyTheRefreshReadsAClock() {
        noClasses()
                .that()
                .haveSimpleName("TrustedMetadata")
                .or()
                .haveSimpleNameEndingWith("Reader")
                .or()
                .haveSimpleName("FileChecks")
                .or()
                .haveSimpleName("SignatureCount")
                .or()
                .haveSimpleName("DepthFirstSearch")
                .or()
                .haveSimpleName("VerifiedTargets")
                .or()
                .haveSimpleNameEndingWith("Table")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "java.io..", "java.nio.file..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.time.Clock")
                .check(TRUST);
    }

    /** Times are those of a clock of the caller. */
    @Test
    void nothingReadsAClock() {
        noClasses()
                .that(describe(
                        "may not read a clock",
                        type -> MEASURING.stream().noneMatch(type.getName().replaceAll("[$].*", "")::equals)))
                .should()
                .accessTargetWhere(describe("a clock is read", TrustArchitectureTest::readsAClock))
                .check(TRUST);
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
                .accessTargetWhere(describe("a thread is started", TrustArchitectureTest::startsAThread))
                .check(TRUST);
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
                .check(TRUST);
    }
}
