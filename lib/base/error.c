/* SPDX-License-Identifier: MIT */
/* Texts of the status codes, and the version of the library that runs. */
#include <dun/dun.h>

const char *dun_strerror(dun_rc rc)
{
  switch (rc) {
  case DUN_OK: return "no error";
  case DUN_NOTHING_DUE: return "nothing is due";
  case DUN_RETRY_LATER: return "not handed over, to be tried again later";
  case DUN_E_INVAL: return "invalid argument";
  case DUN_E_NOMEM: return "out of memory";
  case DUN_E_STRUCT: return "struct_size is not one this library knows";
  case DUN_E_NEWER: return "the caller uses a field that this library does not know";
  case DUN_E_RANGE: return "a time, day, amount or count is out of range";
  case DUN_E_ORDER: return "events are not in order of occurred_at, recorded_at";
  case DUN_E_POLICY: return "the policy text has errors";
  case DUN_E_ZONE: return "a time zone is not in the policy or cannot be read";
  case DUN_E_LIMIT: return "more events, holds or bytes than one call takes";
  case DUN_E_CALLBACK: return "a callback failed";
  case DUN_E_BUSY: return "the host struct is already in a run";
  case DUN_E_CONFLICT: return "somebody else changed the account meanwhile";
  case DUN_E_UNSUPPORTED: return "not supported by this version or build";
  case DUN_E_NOT_FOUND: return "no such name or index";
  default: return rc < 0 ? "unknown error" : "unknown status";
  }
}

uint32_t dun_version_number(void)
{
  return DUN_VERSION_MAJOR * 1000000u + DUN_VERSION_MINOR * 1000u + DUN_VERSION_PATCH;
}
