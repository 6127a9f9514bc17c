package dev.tallyclerk.trust;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.tallyclerk.testing.HouseRules;
import java.time.Clock;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class TrustArchitectureTest {
    private static final JavaClasses TRUST = HouseRules.mainCodeBelow("dev.tallyclerk.trust");

    private static final HouseRules HOUSE = HouseRules.of(TRUST);

    /** Documents, and what is trusted of them. */
    private static final String[] PURE = {
        "dev.tallyclerk.trust.notary.internal",
        "dev.tallyclerk.trust.notary.metadata",
        "dev.tallyclerk.trust.tuf.internal.read",
        "dev.tallyclerk.trust.tuf.internal.state",
        "dev.tallyclerk.trust.tuf.internal.text",
        "dev.tallyclerk.trust.tuf.metadata"
    };

    @Test
    void packagesHaveNoCycles() {
        HOUSE.packagesHaveNoCycles();
    }

    @Test
    void filesHaveNoCircles() {
        HOUSE.filesHaveNoCircles();
    }

    @Test
    void nothingIsUsedButJavaAndCore() {
        classes()
                .that()
                .resideOutsideOfPackages("dev.tallyclerk.trust.bouncycastle", "dev.tallyclerk.trust.tink")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "javax.crypto..",
                        "javax.security.auth.x500",
                        "javax.sql",
                        "org.jspecify.annotations",
                        "dev.tallyclerk.trust..",
                        "dev.tallyclerk.digest",
                        "dev.tallyclerk.evidence",
                        "dev.tallyclerk.hardening.audit",
                        "dev.tallyclerk.hardening.policy",
                        "dev.tallyclerk.http",
                        "dev.tallyclerk.reference",
                        "dev.tallyclerk.text",
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
    }

    @Test
    void keysStoresAndFetchersDoNotKnowTuf() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.tallyclerk.trust.key", "dev.tallyclerk.trust.store", "dev.tallyclerk.trust.fetch")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.tallyclerk.trust.tuf..", "dev.tallyclerk.trust.image")
                .check(TRUST);
    }

    @Test
    void tufDoesNotKnowImages() {
        noClasses()
                .that()
                .resideInAPackage("dev.tallyclerk.trust.tuf..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.tallyclerk.trust.image")
                .check(TRUST);
    }

    @Test
    void usesOnlyWhatOtherModulesExport() {
        HOUSE.usesOnlyWhatOtherModulesExport();
    }

    /** It is handed bytes and a time. */
    @Test
    void theStateOfTufDoesNoInputOrOutputAndReadsNoClock() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "java.io",
                                "java.net..",
                                "java.nio.channels..",
                                "java.nio.file..",
                                "dev.tallyclerk.http..",
                                "dev.tallyclerk.internal.call",
                                "dev.tallyclerk.internal.file",
                                "dev.tallyclerk.trust.fetch",
                                "dev.tallyclerk.trust.store",
                                "dev.tallyclerk.trust.tuf",
                                "dev.tallyclerk.trust.tuf.internal.client",
                                "dev.tallyclerk.verify.store")
                        .or(type(Clock.class))
                        .or(type(InstantSource.class)))
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
                "dev.tallyclerk.trust.notary.NotaryClient",
                "dev.tallyclerk.trust.notation.NotationVerifier",
                "dev.tallyclerk.trust.policy.RepositoryAccess",
                "dev.tallyclerk.trust.policy.TrustVerifier",
                "dev.tallyclerk.trust.store.FileStore",
                "dev.tallyclerk.trust.tuf.ClientOptions");
    }

    @Test
    void nothingStartsAThread() {
        HOUSE.nothingStartsAThread();
    }

    @Test
    void onlyDigestsLookUpHashes() {
        HOUSE.onlyDigestsLookUpHashes();
    }

    @Test
    void nothingPrintsOrReadsSystemProperties() {
        HOUSE.nothingPrintsOrReadsSystemProperties();
    }
}
