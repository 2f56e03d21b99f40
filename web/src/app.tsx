/** The frame of every page: who may see what, and which page the address means. */
import type { ComponentChildren, FunctionComponent } from "preact";
import { useErrorBoundary, useState } from "preact/hooks";
import { LocationProvider, Route, Router, useLocation } from "preact-iso/router";
import { Unreachable, type Role } from "./api";
import { Header } from "./components/header";
import { Messages } from "./components/toast";
import { PageError } from "./components/page-error";
import { SignInDialog } from "./components/sign-in-dialog";
import { SIGNED_IN } from "./components/work-account";
import { t } from "./i18n";
import { later } from "./later";
import { DevicePage } from "./pages/device";
import { DevicesPage } from "./pages/devices";
import { GetKeyPage } from "./pages/get-key";
import { NotFoundPage } from "./pages/not-found";
import { SignInPage } from "./pages/sign-in";
import { SignedInPage } from "./pages/signed-in";
import { StoreKeyPage } from "./pages/store-key";
import { catchUp, pageOwner, reachable, session } from "./state";

// What few people need, or nobody at once, does not come with the first page.
const AccountPage = later(async () => (await import("./pages/account")).AccountPage);
const AuditPage = later(async () => (await import("./pages/audit")).AuditPage);
const HelpPage = later(async () => (await import("./pages/help")).HelpPage);
const ItHelpPage = later(async () => (await import("./pages/help/it")).ItHelpPage);
const RequestsPage = later(async () => (await import("./pages/requests")).RequestsPage);
const SetPasswordPage = later(async () => (await import("./pages/set-password")).SetPasswordPage);
const SupportPage = later(async () => (await import("./pages/support")).SupportPage);

/** Addresses that are pages of this app: the way to a provider of work accounts is the portal's, and a real navigation. */
const PAGES = /^\/(?!api\/)/;
const UNREACHABLE = new Unreachable();

export function App() {
  return (
    <LocationProvider scope={PAGES}>
      <SkipLink />
      <Header />
      <Messages />
      <Page />
      <SignInDialog />
    </LocationProvider>
  );
}

/** Whatever goes wrong while a page is drawn, the frame stays and says so; another address is tried afresh. */
function Page() {
  const { url, path } = useLocation();
  const [brokenAt, setBrokenAt] = useState("");
  const [error] = useErrorBoundary(() => setBrokenAt(url));
  if (!isReadable(path)) return <Main page={<NotFoundPage />} />;
  if (error !== undefined && brokenAt === url) return <Main page={<PageError error={error} onRetry={() => location.reload()} />} />;
  return <Gate />;
}

/** Whether the percent signs of an address mean anything; the router takes that for granted. */
function isReadable(path: string): boolean {
  try {
    return decodeURIComponent(path) !== "";
  } catch {
    return false;
  }
}

/** Pages for whoever is signed in, or was until a moment ago; for others the guide, or the sign-in page. */
function Gate() {
  const { path } = useLocation();
  const owner = pageOwner.value;
  // Whose link it is may be somebody else than who is signed in here.
  if (path === "/set-password") return <Main page={<SetPasswordPage />} />;
  if (owner !== null) return <Pages key={owner.id} />;
  if (path === "/help") return <Main page={<HelpPage />} />;
  if (session.value !== null) return <SignInPage signIn={session.value.sign_in} />;
  return <Main page={reachable.value ? null : <PageError error={UNREACHABLE} onRetry={() => void catchUp()} />} />;
}

function Pages() {
  return (
    <Main
      page={
        <Router>
          <Route path="/" component={DevicesPage} />
          <Route path="/devices" component={DevicesPage} />
          <Route path="/devices/:id" component={Device} />
          <Route path="/devices/:id/store" component={StoreKey} />
          <Route path="/devices/:id/key" component={GetKey} />
          <Route path="/support" component={Support} />
          <Route path="/admin/requests" component={Requests} />
          <Route path="/audit" component={Audit} />
          <Route path="/account" component={AccountPage} />
          <Route path={SIGNED_IN} component={SignedInPage} />
          <Route path="/help" component={HelpPage} />
          <Route path="/help/it" component={ItHelp} />
          <Route default component={NotFoundPage} />
        </Router>
      }
    />
  );
}

/** To whom a page is not for, it is not there; asking the portal for it would be written down as an attempt. */
function ForRoles({ roles, page }: { roles: readonly Role[]; page: ComponentChildren }) {
  return <>{roles.some((role) => pageOwner.value?.roles.includes(role)) ? page : <NotFoundPage />}</>;
}

const Device = ofDevice(DevicePage);
const StoreKey = ofDevice(StoreKeyPage);
const GetKey = ofDevice(GetKeyPage);
const Support = () => <ForRoles roles={["support", "administrator"]} page={<SupportPage />} />;
const Requests = () => <ForRoles roles={["administrator"]} page={<RequestsPage />} />;
const ItHelp = () => <ForRoles roles={["support", "administrator"]} page={<ItHelpPage />} />;
const Audit = () => <ForRoles roles={["auditor"]} page={<AuditPage />} />;

/** A page about one device begins afresh for another device. */
function ofDevice(Page: FunctionComponent<{ id: string }>): FunctionComponent<{ id?: string }> {
  return ({ id = "" }) => <Page key={id} id={id} />;
}

function Main({ page }: { page: ComponentChildren }) {
  return (
    <main id="main" tabIndex={-1}>
      {page}
    </main>
  );
}

function SkipLink() {
  return (
    <a class="skip-link" href="#main">
      {
        // Translators: First link of every page, for those who use a keyboard: goes past header and messages.
        t("Skip to the page")
      }
    </a>
  );
}
