package dev.tallyclerk.trust;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.tallyclerk.testing.HouseRules;
import org.junit.jupiter.api.Test;

class TrustArchitectureTest {
    private static final JavaClasses TRUST = HouseRules.mainCodeBelow("dev.tallyclerk.trust");

    private static final HouseRules HOUSE = HouseRules.of(TRUST);

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

    @Test
    void oneFailureHasOneReason() {
        HOUSE.oneFailureHasOneReason();
    }

    /** They measure how long something takes, or have the system's clock where the caller names no other. */
    @Test
    void nothingElseReadsAClock() {
        HOUSE.nothingReadsAClockBut(
                "dev.tallyclerk.trust.fetch.BoundedBody",
                "dev.tallyclerk.trust.fetch.ExecutorGet",
                "dev.tallyclerk.trust.fetch.HttpExchange",
                "dev.tallyclerk.trust.jdkhttp.JdkHttpGet",
                "dev.tallyclerk.trust.store.FileStore",
                "dev.tallyclerk.trust.tuf.TufClient");
    }

    @Test
    void nothingStartsAThread() {
        HOUSE.nothingStartsAThread();
    }

    @Test
    void nothingPrintsOrReadsSystemProperties() {
        HOUSE.nothingPrintsOrReadsSystemProperties();
    }
}
