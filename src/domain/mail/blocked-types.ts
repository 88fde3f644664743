/**
 * Files that no desk passes on unless it is told to: what runs, installs, or opens as a page of its own on a double click.
 * Held beside the lists of Outlook and Gmail, and then by what desks get every day: archives and office files with macros
 * are not in it (nothing is unpacked, and Office does not run macros out of mail); `clsid` stands for `name.{GUID}`, which
 * Windows opens with the program of that GUID.
 */
const EXTENSIONS =
  // programs and installers
  'exe com scr pif cpl dll ocx sys drv vxd msi msp mst msix msixbundle appx appxbundle appinstaller application gadget ' +
  'apk ipa app dmg pkg deb rpm jar jnlp xll wll ex_ clsid ' +
  // scripts
  'js jse mjs cjs vb vbs vbe ws wsf wsh wsc sct hta ps1 ps1xml psm1 psd1 psc1 msh msh1 mshxml bat cmd btm sh bash csh ksh ' +
  'command nsh ade adp mde mdb accde ' +
  // shortcuts, settings and help files that start something
  'lnk url website webloc desktop library-ms search-ms settingcontent-ms appref-ms scf shb shs inf ins isp reg msc job ' +
  'theme themepack deskthemepack diagcab diagcfg diagpkg rdp chm hlp ' +
  // disks that mount on a double click and lose the mark "from the internet"
  'iso img vhd vhdx udf ' +
  // pages with scripts in them
  'html htm shtml xhtml xht mht mhtml svg svgz';

const CONTENT_TYPES = [
  'application/x-msdownload',
  'application/x-msdos-program',
  'application/x-dosexec',
  'application/vnd.microsoft.portable-executable',
  'application/x-executable',
  'application/x-ms-shortcut',
  'application/x-mswinurl',
  'application/x-msi',
  'application/x-ms-installer',
  'application/x-bat',
  'application/x-sh',
  'application/x-csh',
  'application/hta',
  'application/java-archive',
  'application/x-java-archive',
  'application/x-java-jnlp-file',
  'application/javascript',
  'application/x-javascript',
  'application/ecmascript',
  'text/javascript',
  'text/ecmascript',
  'text/vbscript',
  'text/x-powershell',
  'application/vnd.android.package-archive',
  'application/x-apple-diskimage',
  'application/x-iso9660-image',
  'text/html',
  'application/xhtml+xml',
  'image/svg+xml',
];

/** File name endings without their dot and content types, all in lower case. */
export type BlockedTypes = ReadonlySet<string>;

export const DEFAULT_BLOCKED_TYPES: BlockedTypes = new Set([...EXTENSIONS.split(' '), ...CONTENT_TYPES]);
