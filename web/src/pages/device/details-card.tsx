/** Device details: what the Mac is. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Device, Ownership } from "../../api";
import { Button } from "../../components/button";
import { Card } from "../../components/card";
import { type Definition, DefinitionList } from "../../components/definition-list";
import { t } from "../../i18n";
import { isOwn } from "../../state/device";
import { Rename } from "./rename";

export interface DetailsCardProps {
  readonly device: Device;
  readonly onRenamed: (device: Device) => void;
}

export function DetailsCard({ device, onRenamed }: DetailsCardProps) {
  // Translators: Title of the card with model, serial number and so on. Fixed name.
  const title = t("Device details");
  return (
    <Card title={title}>
      <DefinitionList items={rows(device)} />
      {device.actions.includes("rename") && <Renaming device={device} onRenamed={onRenamed} />}
    </Card>
  );
}

/** A button, or in its place the form that it opens; closed, the form gives the focus back. */
function Renaming({ device, onRenamed }: DetailsCardProps) {
  const open = useSignal(false);
  const place = useRef<HTMLDivElement>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    if (wasOpen.current && !open.value) place.current?.querySelector("button")?.focus();
    wasOpen.current = open.value;
  }, [open.value]);
  return (
    <div ref={place}>
      {open.value ? <Rename device={device} onRenamed={onRenamed} onClose={() => (open.value = false)} /> : <RenameButton onClick={() => (open.value = true)} />}
    </div>
  );
}

function RenameButton({ onClick }: { readonly onClick: () => void }) {
  return (
    <Button icon="pencil" wide onClick={onClick}>
      {
        // Translators: Button: gives a Mac another name.
        t("Rename")
      }
    </Button>
  );
}

function rows(device: Device): readonly Definition[] {
  const { model, serial, ownership, os_version, encrypted } = device;
  return [
    ...(isOwn(device) ? [] : [ownerRow(device)]),
    // Translators: Row: the model of a Mac, as in "iMac 24-inch".
    ...known(t("Model"), model && <bdi>{model}</bdi>),
    ...known(
      // Translators: Row: the serial number of a Mac.
      t("Serial number"),
      serial && (
        <span class="ltr" translate={false}>
          {serial}
        </span>
      ),
    ),
    // Translators: Row: whether the Mac belongs to the organization or to the person.
    { term: t("Ownership"), value: ownershipWords(ownership) },
    ...known(
      "macOS",
      os_version && (
        <span class="ltr" translate={false}>
          {os_version}
        </span>
      ),
    ),
    // Translators: Row: whether the Mac's disk is encrypted. FileVault is Apple's name for it.
    { term: t("FileVault"), value: encryptedWords(encrypted) },
  ];
}

/** For those who help; an owner knows. */
function ownerRow({ owner }: Device): Definition {
  // Translators: Head of a column, and name of a row: whose Mac it is.
  const term = t("Owner");
  // Translators: In the column "Owner": the Mac was given to no person.
  return { term, value: owner === null ? t("Nobody") : <bdi>{owner.name}</bdi> };
}

function known(term: string, value: Definition["value"]): readonly Definition[] {
  return value === null || value === "" ? [] : [{ term, value }];
}

function ownershipWords(ownership: Ownership): string {
  // Translators: Value of the row "Ownership": the Mac belongs to the person who uses it.
  if (ownership === "personal") return t("Personal");
  // Translators: Value of the row "Ownership": the Mac belongs to the organization.
  return t("Corporate");
}

function encryptedWords(encrypted: boolean | null): string {
  // Translators: Value of the row "FileVault": the Mac has not said whether its disk is encrypted.
  if (encrypted === null) return t("Not known yet");
  // Translators: Value of the row "FileVault": the disk is encrypted.
  if (encrypted) return t("On");
  // Translators: Value of the row "FileVault": the disk is not encrypted.
  return t("Off");
}
