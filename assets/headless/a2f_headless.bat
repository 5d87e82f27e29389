@echo off
rem Stands in for Omniverse's audio2face_headless.bat: takes its arguments, such as
rem   a2f_headless.bat --/exts/omni.services.transport.server.http/port=8190
rem and starts `a2f-live headless`. Name it in A2F_HEADLESS_SCRIPT. A2F_LIVE_PYTHON names the Python that has a2f-live;
rem without it, that is looked for around this script, then on the PATH.
setlocal
if defined A2F_LIVE_PYTHON (
  "%A2F_LIVE_PYTHON%" -m a2f_live headless --kit %*
  exit /b
)

set "folder=%~dp0"
:search
for %%P in ("%folder%.venv\Scripts\python.exe" "%folder%Scripts\python.exe") do (
  if exist %%P (
    %%P -c "import a2f_live" >nul 2>&1 && (
      %%P -m a2f_live headless --kit %*
      exit /b
    )
  )
)
for %%F in ("%folder%..") do set "parent=%%~fF\"
if "%parent%"=="%folder%" goto path
set "folder=%parent%"
goto search

:path
where a2f-live >nul 2>&1 && (
  a2f-live headless --kit %*
  exit /b
)
echo a2f_headless.bat: no Python with a2f-live was found: pip install a2f-live, or set A2F_LIVE_PYTHON 1>&2
exit /b 1
